import { Skeleton } from '../../kit/notice.tsx';

/** All runs of the storage. */
export const RunsPage = () => <Skeleton lines={8} />;
