/** Icons on a grid of 16, drawn as strokes of the colour of the text. */
const PATHS = {
  alert: 'M8 2.5 14 13H2L8 2.5Zm0 4v3m0 1.6v.1',
  'arrow-down': 'M8 3v10m0 0 4-4m-4 4L4 9',
  'arrow-left': 'M13 8H3m0 0 4-4M3 8l4 4',
  'arrow-up': 'M8 13V3m0 0L4 7m4-4 4 4',
  box: 'm8 1.8 5.5 3v6.4l-5.5 3-5.5-3V4.8L8 1.8Zm0 6.4v6m0-6L2.5 4.8M8 8.2l5.5-3.4',
  chart: 'M2.5 2.5v11h11M5 10.5l2.5-3.5 2 2 3.5-4.5',
  check: 'm3 8.5 3.2 3L13 4.5',
  'chevron-down': 'm4 6 4 4 4-4',
  'chevron-right': 'm6 4 4 4-4 4',
  close: 'm4 4 8 8m0-8-8 8',
  columns: 'M2.5 3h11v10h-11V3Zm3.7 0v10m3.6-10v10',
  compare: 'M3 4.5h6M3 8h10M3 11.5h4m4.5-9.5v12',
  copy: 'M5.5 5.5v-3h8v8h-3m-8-5h8v8h-8v-8Z',
  cpu: 'M4.5 4.5h7v7h-7v-7ZM6.5 2v2.5M9.5 2v2.5M6.5 11.5V14m3-2.5V14M2 6.5h2.5M2 9.5h2.5m7-3H14m-2.5 3H14',
  disk: 'M2.5 4c0-1 2.5-1.7 5.5-1.7s5.5.7 5.5 1.7v8c0 1-2.5 1.7-5.5 1.7S2.5 13 2.5 12V4Zm0 0c0 1 2.5 1.7 5.5 1.7S13.5 5 13.5 4M2.5 8c0 1 2.5 1.7 5.5 1.7S13.5 9 13.5 8',
  dots: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  download: 'M8 2.5v8m0 0 3.5-3.5M8 10.5 4.5 7M2.5 13.5h11',
  expand: 'M9.5 2.5h4v4M6.5 13.5h-4v-4m11-7-4.5 4.5m-6.5 6.5L7 9',
  external: 'M6.5 3h-4v10.5h10.5v-4M9 2.5h4.5V7m0-4.5L7.5 8.5',
  eye: 'M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8Zm6.5 2a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z',
  'eye-off':
    'M6.3 3.7A6 6 0 0 1 8 3.5c4 0 6.5 4.5 6.5 4.5a11 11 0 0 1-1.7 2.2M3.6 5.2A11 11 0 0 0 1.5 8S4 12.5 8 12.5c1 0 2-.3 2.8-.7M2.5 2.5l11 11',
  file: 'M3.5 1.8h6l3 3v9.4h-9V1.8Zm6 0v3h3',
  filter: 'M2.5 3.5h11L9.5 8.5v4l-3 1v-5l-4-5Z',
  folder: 'M2 4h4l1.5 1.5H14V13H2V4Z',
  group: 'M2.5 3h11M5 6.3h8.5M5 9.7h8.5M2.5 13h11',
  image: 'M2.5 3h11v10h-11V3Zm0 8 3.5-3.5 3 3 2-2 2.5 2.5M10.5 6h.01',
  info: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12Zm0-7v4m0-6.2v.1',
  keyboard: 'M1.5 4h13v8h-13V4ZM4 6.5h.01M6.7 6.5h.01M9.3 6.5h.01M12 6.5h.01M5 9.5h6',
  list: 'M5.5 4h8m-8 4h8m-8 4h8M2.5 4h.01M2.5 8h.01M2.5 12h.01',
  menu: 'M2.5 4h11m-11 4h11m-11 4h11',
  minus: 'M3.5 8h9',
  monitor: 'M2 3h12v8H2V3Zm4 10.5h4',
  moon: 'M13.5 9.5A5.8 5.8 0 0 1 6.5 2.5a5.8 5.8 0 1 0 7 7Z',
  pencil: 'm10.5 3 2.5 2.5-7.5 7.5-3 .5.5-3L10.5 3Z',
  pin: 'M6 2.5h4l-.5 4 2 2.5h-7l2-2.5-.5-4ZM8 9v5',
  plus: 'M8 3.5v9M3.5 8h9',
  refresh: 'M13 3v3.5H9.5M13 6.5a5.3 5.3 0 1 0 .3 2.5',
  restore: 'M3 3v3.5h3.5M3 6.5a5.3 5.3 0 1 1-.3 2.5',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9Zm3.3-1.2L13.5 13.5',
  sidebar: 'M2 3h12v10H2V3Zm4 0v10',
  sliders: 'M2.5 5h6m3 0h2m-11 6h2m3 0h6M10 3.5v3M6 9.5v3',
  sun: 'M8 10.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6ZM8 1.5v1.3m0 10.4v1.3M1.5 8h1.3m10.4 0h1.3M3.4 3.4l.9.9m7.4 7.4.9.9m0-9.2-.9.9m-7.4 7.4-.9.9',
  tag: 'M2.5 2.5h5l6 6-5 5-6-6v-5Zm3 3h.01',
  terminal: 'M2 3h12v10H2V3Zm2.5 3 2 2-2 2M8.5 10h3',
  trash: 'M2.5 4.5h11M6 4.5v-2h4v2m-5.5 0 .7 9h5.6l.7-9M6.7 7v4m2.6-4v4',
} as const;

export type IconName = keyof typeof PATHS;

/** A picture beside a text, or in a button that has a label: hidden from those who hear the page. */
export const Icon = ({
  name,
  size = 16,
  class: className,
}: {
  readonly name: IconName;
  /** Pixels. */
  readonly size?: number;
  readonly class?: string | undefined;
}) => (
  <svg
    class={className}
    width={size}
    height={size}
    viewBox="0 0 16 16"
    fill="none"
    stroke="currentColor"
    stroke-width="1.4"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    <path d={PATHS[name]} />
  </svg>
);
