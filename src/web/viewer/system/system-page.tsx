import { useEffect, useState } from 'preact/hooks';
import { ApiError, apiUrl, getJson } from '../../kit/api-client.ts';
import { formatBytes, formatDuration } from '../../kit/format.ts';
import { Notice, Skeleton } from '../../kit/notice.tsx';
import { now } from '../../kit/now.ts';
import { useLive } from '../connection.ts';
import { runHref } from '../places.ts';
import { DiskCard } from './disk-card.tsx';
import { GpuCard } from './gpu-card.tsx';
import { Meter } from './meter.tsx';
import type { SystemState } from './system.ts';
import styles from './system-page.module.css';

/** What the server is doing now: GPUs, CPU, memory, disk, and the runs that use them. */
export const SystemPage = () => {
  const [state, setState] = useState<SystemState | ApiError | null>(null);
  useEffect(() => {
    document.title = 'System – porthole';
    const abort = new AbortController();
    getJson<SystemState>('system', {}, { signal: abort.signal }).then(setState, (error) => {
      if (error instanceof ApiError) setState(error);
    });
    return () => abort.abort();
  }, []);
  useLive('system', () => ({
    url: () => apiUrl('live', { system: 'yes' }),
    on: { system: (event: SystemState) => setState(event) },
  }));
  if (state === null) return <Skeleton lines={6} label="Looking at the machine" />;
  if (state instanceof ApiError) {
    return (
      <Notice tone="bad" title="The machine cannot be shown">
        <p>{state.message}</p>
      </Notice>
    );
  }
  const { cpu, memory, disk, gpus, processes } = state;
  return (
    <div class={styles.page}>
      <h1 class="visually-hidden">System</h1>
      <div class={styles.meters}>
        <section class={styles.card}>
          <h2 class={styles.title}>CPU</h2>
          <Meter
            label="Busy"
            of="load"
            share={cpu.percent === null ? null : cpu.percent / 100}
            text={cpu.percent === null ? '–' : `${Math.round(cpu.percent)} %`}
          />
          <div class={styles.cores} role="img" aria-label={`${cpu.cores} cores`}>
            {cpu.perCore.map((percent, i) => (
              <span
                key={i}
                class={styles.core}
                title={`Core ${i}: ${Math.round(percent)} %`}
                style={{ '--share': `${Math.max(3, Math.min(100, percent))}%` }}
              />
            ))}
          </div>
          <p class={styles.note}>
            {cpu.cores} cores
            {cpu.load !== null && `, load ${cpu.load.map((one) => one.toFixed(1)).join(' · ')}`}
          </p>
        </section>
        {memory !== null && (
          <section class={styles.card}>
            <h2 class={styles.title}>Memory</h2>
            <Meter
              label="Used"
              of="room"
              share={memory.used / memory.total}
              text={`${formatBytes(memory.used)} of ${formatBytes(memory.total)}`}
            />
            {memory.swapTotal > 0 && (
              <Meter
                label="Swap"
                of="room"
                share={memory.swapUsed / memory.swapTotal}
                text={`${formatBytes(memory.swapUsed)} of ${formatBytes(memory.swapTotal)}`}
              />
            )}
          </section>
        )}
        {disk !== null && <DiskCard disk={disk} />}
      </div>
      <h2 class={styles.heading}>GPUs</h2>
      {gpus.available ? (
        <div class={styles.gpus}>
          {gpus.list.map((gpu) => (
            <GpuCard
              key={gpu.uuid}
              gpu={gpu}
              processes={gpus.processes.filter((one) => one.gpu === gpu.index)}
            />
          ))}
        </div>
      ) : (
        <p class={styles.note}>{gpus.reason ?? 'There is no GPU that can be asked.'}</p>
      )}
      <h2 class={styles.heading}>Runs that run here</h2>
      {processes.length === 0 ? (
        <p class={styles.note}>None at the moment.</p>
      ) : (
        <ul class={styles.processes}>
          {processes.map((one) => (
            <li key={one.pid} class={styles.process}>
              <a class={styles.run} href={runHref(one.run)}>
                {one.run.split('/').slice(-2).join('/')}
              </a>
              <code class={styles.command} title={one.command}>
                {one.command}
              </code>
              <span class={styles.fact}>pid {one.pid}</span>
              <span class={styles.fact}>
                {one.cpuPercent === null ? '–' : `${Math.round(one.cpuPercent)} %`}
              </span>
              <span class={styles.fact}>{formatBytes(one.memory)}</span>
              <span class={styles.fact}>
                {one.startedAt === null ? '' : formatDuration(now.value - one.startedAt)}
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
};
