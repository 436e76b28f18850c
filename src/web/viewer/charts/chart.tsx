import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type uPlot from 'uplot';
import './uplot.css';
import { Button } from '../../kit/button.tsx';
import { classes } from '../../kit/classes.ts';
import { formatDuration, formatMetric, formatNumber, formatTime } from '../../kit/format.ts';
import { Menu } from '../../kit/menu.tsx';
import { theme } from '../../kit/theme/theme.ts';
import styles from './chart.module.css';
import { type ChartSettings, setChartSettings } from './chart-settings.ts';
import { Dot } from './dot.tsx';
import { loadPlots } from './plots.ts';
import { savePng, saveText } from './save.ts';
import type { Series, XAxis } from './series.ts';
import { type ChartTable, clippedRange, csvOf, tableOf } from './table.ts';
import { type ChartLook, dataOf, optionsOf, shapeOf } from './uplot-options.ts';

const HEIGHT = 180;
const LARGE_HEIGHT = 420;

interface ChartProps {
  readonly metric: string;
  /** undefined: not here yet. */
  readonly series: readonly Series[] | undefined;
  readonly settings: ChartSettings;
  readonly colors: ReadonlyMap<string, number>;
  /** What runs are called. */
  readonly names: ReadonlyMap<string, string>;
  readonly onShow: (isShown: boolean) => void;
}

/** One metric of one or several runs. Its data is asked for when it comes near the window. */
export const Chart = (props: ChartProps) => {
  const { metric, series, settings } = props;
  const [size, setSize] = useState<'normal' | 'large'>('normal');
  const figure = useRef<HTMLElement>(null);
  const hover = useSignal<number | null>(null);
  const [isNear, setNear] = useState(false);

  useEffect(() => {
    const element = figure.current;
    if (element === null) return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        const isIn = entries.at(-1)?.isIntersecting === true;
        setNear(isIn);
        if (isIn) props.onShow(true);
      },
      { rootMargin: '400px 0px' },
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      props.onShow(false);
    };
  }, [metric]);

  const { smoothing, logX, logY } = settings;
  const table = useMemo(
    () => tableOf(series ?? [], { smoothing, logX, logY }),
    [series, smoothing, logX, logY],
  );
  return (
    <figure ref={figure} class={classes(styles.chart, size === 'large' && styles.large)}>
      <figcaption class={styles.head}>
        <span class={styles.title} title={metric}>
          {metric}
        </span>
        <Reading {...props} table={table} index={hover.value} isLarge={size === 'large'} />
        <span class={styles.tools}>
          <Button
            variant="quiet"
            icon="expand"
            label={size === 'large' ? `Make ${metric} smaller` : `Make ${metric} larger`}
            pressed={size === 'large'}
            onClick={() => setSize(size === 'large' ? 'normal' : 'large')}
          />
          <Menu
            label={`Save ${metric}`}
            icon="download"
            variant="quiet"
            groups={[
              [
                { label: 'As PNG', onSelect: () => savePng(figure.current, metric) },
                {
                  label: 'As CSV',
                  onSelect: () => saveText(`${metric}.csv`, csvOf(series ?? [], settings.x)),
                },
              ],
            ]}
          />
        </span>
      </figcaption>
      <div class={styles.plot} style={{ height: `${size === 'large' ? LARGE_HEIGHT : HEIGHT}px` }}>
        {series?.every(({ x }) => x.length === 0) && (
          <p class={styles.empty}>Nothing finite here</p>
        )}
        {isNear && series !== undefined && table.x.length > 0 && (
          <Plot {...props} series={series} table={table} onHover={(at) => (hover.value = at)} />
        )}
      </div>
    </figure>
  );
};

interface PlotProps extends ChartProps {
  readonly series: readonly Series[];
  readonly table: ChartTable;
  readonly onHover: (index: number | null) => void;
}

const Plot = (props: PlotProps) => {
  const { table, settings, series, colors, onHover } = props;
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const look: ChartLook = {
    ...{ settings, table, series, colors, onHover },
    yRange: settings.clip ? clippedRange(table.lines.map((line) => line.smooth)) : undefined,
    onZoom: (range) => setChartSettings({ range }),
  };
  const latest = useRef(look);
  latest.current = look;
  const shape = JSON.stringify([theme.value, shapeOf(look)]);

  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    let isGone = false;
    const observer = new ResizeObserver(() => {
      const size = { width: element.clientWidth, height: element.clientHeight };
      const { current: drawn } = plot;
      if (drawn === null) return;
      if (size.width !== drawn.width || size.height !== drawn.height) drawn.setSize(size);
    });
    void loadPlots().then((Plots) => {
      if (isGone) return;
      const { clientWidth: width, clientHeight: height } = element;
      const options = optionsOf(() => latest.current);
      plot.current = new Plots({ ...options, width, height }, dataOf(latest.current), element);
      observer.observe(element);
    });
    return () => {
      isGone = true;
      observer.disconnect();
      plot.current?.destroy();
      plot.current = null;
      onHover(null);
    };
  }, [shape]);
  // New values go into the plot that is there: the pointer and a drag over it go on.
  useEffect(
    () => plot.current?.setData(dataOf(latest.current)),
    [table, look.yRange?.join(), settings.range?.join()],
  );
  return <div ref={place} class={styles.canvas} />;
};

const NO_MARKS: Series['nonFinite'] = { x: [], kind: [] };
const ODD = { nan: Number.NaN, inf: Number.POSITIVE_INFINITY, '-inf': Number.NEGATIVE_INFINITY };

const writeX: Readonly<Record<XAxis, (x: number) => string>> = {
  step: (x) => `step ${formatNumber(x)}`,
  epoch: (x) => `epoch ${formatNumber(x)}`,
  relative: formatDuration,
  wall: formatTime,
};

/** As many values as a small chart has room for. */
const FEW = 4;

/** Values under the pointer, or the last ones; on a large chart those of all runs, by name. */
const Reading = (
  props: ChartProps & { table: ChartTable; index: number | null; isLarge: boolean },
) => {
  const { table, index, settings, colors, names, series, isLarge } = props;
  const at = index ?? table.x.length - 1;
  const x = table.x[at];
  if (x === undefined) return <span class={styles.reading} />;
  // Runs have points at different x: the one before is what the line shows, if it is a number at all.
  const valueAt = ({ run, smooth }: ChartTable['lines'][number]): number | null => {
    const i = smooth.findLastIndex((value, place) => place <= at && value !== null);
    const { x: odd, kind } = series?.find((one) => one.run === run)?.nonFinite ?? NO_MARKS;
    const last = odd.findLastIndex((one) => one <= x);
    const isOdd = last >= 0 && (odd[last] ?? 0) > (table.x[i] ?? Number.NEGATIVE_INFINITY);
    return isOdd ? (ODD[kind[last] ?? 'nan'] ?? null) : (smooth[i] ?? null);
  };
  return (
    <span class={styles.reading}>
      {(isLarge || index !== null) && <span class={styles.x}>{writeX[settings.x](x)}</span>}
      {table.lines.slice(0, isLarge ? undefined : FEW).map((line) => (
        <span key={line.run} class={styles.value} title={names.get(line.run)}>
          {table.lines.length > 1 && <Dot color={colors.get(line.run)} />}
          {formatMetric(valueAt(line))}
          {isLarge && table.lines.length > 1 && <span>{names.get(line.run)}</span>}
        </span>
      ))}
      {!isLarge && table.lines.length > FEW && <span>+{table.lines.length - FEW}</span>}
    </span>
  );
};
