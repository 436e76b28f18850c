/** `/api/system`; units are those of the API. */
export interface SystemState {
  readonly at: number;
  readonly cpu: {
    readonly percent: number | null;
    readonly cores: number;
    readonly load: readonly number[] | null;
    readonly perCore: readonly number[];
  };
  readonly memory: {
    readonly total: number;
    readonly used: number;
    readonly swapTotal: number;
    readonly swapUsed: number;
  } | null;
  readonly disk: Disk | null;
  readonly gpus: {
    readonly available: boolean;
    readonly reason: string | null;
    readonly list: readonly Gpu[];
    readonly processes: readonly GpuProcess[];
  };
  readonly processes: ReadonlyArray<{
    readonly run: string;
    readonly pid: number;
    readonly cpuPercent: number | null;
    readonly memory: number | null;
    readonly startedAt: number | null;
    readonly command: string;
  }>;
}

export interface Disk {
  readonly path: string;
  readonly total: number;
  readonly free: number;
  readonly used: number;
}

export interface Gpu {
  readonly index: number;
  readonly name: string;
  readonly uuid: string;
  readonly utilization: number | null;
  readonly memoryTotal: number | null;
  readonly memoryUsed: number | null;
  readonly temperature: number | null;
  readonly power: number | null;
  readonly powerLimit: number | null;
  readonly fan: number | null;
}

export interface GpuProcess {
  /** Index; null where the driver names one that it does not list. */
  readonly gpu: number | null;
  readonly pid: number;
  readonly name: string;
  readonly memory: number | null;
  readonly run: string | null;
}
