import { useEffect, useState } from 'preact/hooks';
import { ApiError, getJson } from '../../kit/api-client.ts';
import { counted, formatBytes, formatTime } from '../../kit/format.ts';
import { Icon } from '../../kit/icon.tsx';
import { address } from '../../kit/location.ts';
import { Notice, Skeleton } from '../../kit/notice.tsx';
import { Tag } from '../../kit/tag.tsx';
import { artifactHref } from '../places.ts';
import { ArtifactDetail } from './artifact-detail.tsx';
import styles from './artifacts-page.module.css';

interface ArtifactList {
  readonly artifacts: ReadonlyArray<{
    readonly type: string;
    readonly name: string;
    readonly latest: number | null;
    readonly versions: number;
    readonly size: number | null;
    readonly updatedAt: number | null;
    readonly aliases: Readonly<Record<string, number>>;
  }>;
}

/** Artifacts of Runicorn 0.5: all of them, or one with its versions. */
export const ArtifactsPage = () => {
  const [, type, name] = address.value.path;
  if (type !== undefined && name !== undefined) {
    return <ArtifactDetail key={`${type}/${name}`} type={type} name={name} />;
  }
  return <All />;
};

const All = () => {
  const [list, setList] = useState<ArtifactList | ApiError | null>(null);
  useEffect(() => {
    document.title = 'Artifacts – porthole';
    const abort = new AbortController();
    getJson<ArtifactList>('artifacts', {}, { signal: abort.signal }).then(setList, (error) => {
      if (error instanceof ApiError) setList(error);
    });
    return () => abort.abort();
  }, []);
  if (list === null) return <Skeleton lines={5} label="Loading artifacts" />;
  if (list instanceof ApiError) {
    return (
      <Notice tone="bad" title="Artifacts cannot be shown">
        <p>{list.message}</p>
      </Notice>
    );
  }
  if (list.artifacts.length === 0) {
    return (
      <Notice icon="box" title="No artifacts in this storage">
        <p>
          Runicorn 0.5 versions models and datasets as artifacts. Runs of 0.6 and later keep theirs
          among their own files.
        </p>
      </Notice>
    );
  }
  return (
    <div class={styles.page}>
      <h1 class={styles.heading}>Artifacts</h1>
      <ul class={styles.list}>
        {list.artifacts.map((one) => (
          <li key={`${one.type}/${one.name}`}>
            <a class={styles.row} href={artifactHref(one.type, one.name)}>
              <Icon name="box" class={styles.icon} />
              <span class={styles.main}>
                <span class={styles.name}>{one.name}</span>
                <span class={styles.detail}>{one.type}</span>
              </span>
              <span class={styles.tags}>
                {Object.entries(one.aliases).map(([alias, version]) => (
                  <Tag key={alias} text={`${alias} v${version}`} />
                ))}
              </span>
              <span class={styles.fact}>{counted(one.versions, 'version')}</span>
              <span class={styles.fact}>{formatBytes(one.size)}</span>
              <span class={styles.fact}>{formatTime(one.updatedAt)}</span>
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
};
