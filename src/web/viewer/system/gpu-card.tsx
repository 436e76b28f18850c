import { formatBytes } from '../../kit/format.ts';
import { runHref } from '../places.ts';
import { Meter } from './meter.tsx';
import type { Gpu, GpuProcess } from './system.ts';
import styles from './system-page.module.css';

/** One GPU, and whose processes are on it. */
export const GpuCard = (props: {
  readonly gpu: Gpu;
  readonly processes: readonly GpuProcess[];
}) => {
  const { gpu, processes } = props;
  const { utilization, memoryUsed, memoryTotal, temperature, power, powerLimit } = gpu;
  return (
    <section class={styles.card}>
      <h3 class={styles.title}>
        <span class={styles.index}>{gpu.index}</span> {gpu.name}
      </h3>
      <Meter
        label="Busy"
        of="load"
        share={utilization === null ? null : utilization / 100}
        text={utilization === null ? '–' : `${utilization} %`}
      />
      <Meter
        label="Memory"
        of="room"
        share={memoryUsed === null || !memoryTotal ? null : memoryUsed / memoryTotal}
        text={`${formatBytes(memoryUsed)} of ${formatBytes(memoryTotal)}`}
      />
      <p class={styles.note}>
        {[
          temperature !== null && `${temperature} °C`,
          power !== null &&
            `${Math.round(power)}${powerLimit === null ? '' : ` of ${Math.round(powerLimit)}`} W`,
        ]
          .filter(Boolean)
          .join(' · ')}
      </p>
      {processes.length > 0 && (
        <ul class={styles.users}>
          {processes.map(({ pid, name, memory, run }) => (
            <li key={pid} class={styles.user}>
              {run === null ? (
                <span class={styles.command}>{name}</span>
              ) : (
                <a class={styles.command} href={runHref(run)}>
                  {run.split('/').slice(-2).join('/')}
                </a>
              )}
              <span class={styles.fact}>pid {pid}</span>
              <span class={styles.fact}>{formatBytes(memory)}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
};
