import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, getJson, type Query } from '../../kit/api-client.ts';
import { Icon } from '../../kit/icon.tsx';
import { Skeleton } from '../../kit/notice.tsx';
import { artifactHref, runHref } from '../places.ts';
import styles from './lineage.module.css';
import { type LineageGraph, layOutLineage, type PlacedNode } from './lineage-layout.ts';

const WIDTH = 208;
const HEIGHT = 34;
const GAP_X = 36;
const GAP_Y = 12;

/** What led to a run or an artifact, and what came of it, as a picture. */
export const Lineage = ({ query }: { readonly query: Query }) => {
  const [graph, setGraph] = useState<LineageGraph | ApiError | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    getJson<LineageGraph>('lineage', query, { signal: abort.signal }).then(setGraph, (error) => {
      if (error instanceof ApiError) setGraph(error);
    });
    return () => abort.abort();
  }, [JSON.stringify(query)]);
  if (graph === null) return <Skeleton lines={2} label="Loading the lineage" />;
  if (graph instanceof ApiError) return <p class={styles.empty}>{graph.message}</p>;
  if (graph.edges.length === 0) return <p class={styles.empty}>Nothing is tied to it.</p>;
  return <Picture graph={graph} self={idOf(query)} />;
};

/** As the server calls the node that it was asked about. */
const idOf = ({ run, type, name, version }: Query): string =>
  run === undefined ? `artifact:${type}:${name}:${version}` : `run:${run}`;

const Picture = ({ graph, self }: { graph: LineageGraph; self: string }) => {
  const placed = layOutLineage(graph);
  const places = new Map(placed.map((one) => [one.node.id, one]));
  const columns = Math.max(...placed.map(({ column }) => column)) + 1;
  const rows = Math.max(...placed.map(({ row }) => row)) + 1;
  const [width, height] = [columns * (WIDTH + GAP_X) - GAP_X, rows * (HEIGHT + GAP_Y) - GAP_Y];
  // What it is about stands in the middle, however far to the right.
  const scroll = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const own = places.get(self);
    const box = scroll.current;
    if (own && box) box.scrollLeft = leftOf(own) - (box.clientWidth - WIDTH) / 2;
  }, [graph]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <div ref={scroll} class={styles.scroll} tabIndex={0}>
      <div class={styles.picture} style={{ width: `${width}px`, height: `${height}px` }}>
        <svg class={styles.edges} width={width} height={height} aria-hidden="true">
          {graph.edges.map(({ from, to, kind }) => {
            const [start, end] = [places.get(from), places.get(to)];
            if (start === undefined || end === undefined) return null;
            return <path key={`${from} ${to}`} data-kind={kind} d={curve(start, end)} />;
          })}
        </svg>
        {placed.map((one) => (
          <Box key={one.node.id} placed={one} isSelf={one.node.id === self} />
        ))}
      </div>
    </div>
  );
};

const leftOf = ({ column }: PlacedNode) => column * (WIDTH + GAP_X);
const topOf = ({ row }: PlacedNode) => row * (HEIGHT + GAP_Y);

const curve = (start: PlacedNode, end: PlacedNode): string => {
  const [x1, y1] = [leftOf(start) + WIDTH, topOf(start) + HEIGHT / 2];
  const [x2, y2] = [leftOf(end), topOf(end) + HEIGHT / 2];
  const middle = (x1 + x2) / 2;
  return `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`;
};

const ICONS = { run: 'chart', artifact: 'box', asset: 'file' } as const;

const Box = ({ placed, isSelf }: { placed: PlacedNode; isSelf: boolean }) => {
  const { node } = placed;
  const href =
    node.run !== undefined
      ? runHref(node.run)
      : node.type !== undefined && node.name !== undefined
        ? artifactHref(node.type, node.name)
        : undefined;
  return (
    <a
      class={styles.node}
      aria-current={isSelf}
      {...(href === undefined ? {} : { href })}
      title={node.label}
      style={{ left: `${leftOf(placed)}px`, top: `${topOf(placed)}px` }}
    >
      <Icon name={ICONS[node.kind]} size={14} />
      <span class={styles.label}>{node.label}</span>
    </a>
  );
};
