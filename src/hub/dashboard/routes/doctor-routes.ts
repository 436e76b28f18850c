import type { ApiHandlers } from '../handlers.ts';
import { ApiError } from '../to-failure.ts';

type DoctorRoutes = Pick<ApiHandlers, 'POST /api/doctor'>;

/** `porthole doctor`, over the API. */
export const doctorRoutes = (): DoctorRoutes => ({
  'POST /api/doctor': () => {
    throw new ApiError(501, {
      code: 'not-found',
      message: 'This porthole has no doctor yet.',
    });
  },
});
