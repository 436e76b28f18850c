import type { RefObject } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { painted } from './painted.ts';
import { type RowRange, scrollTopFor, visibleRows } from './visible-rows.ts';

/** What a list of many rows needs: give `viewport` to what scrolls, render `range`. */
export interface VirtualRows<Viewport extends HTMLElement> {
  readonly viewport: RefObject<Viewport | null>;
  readonly range: RowRange;
  /** As many as are ever made at once: `row % slots` names an element that rows can take turns in. */
  readonly slots: number;
  /** Scrolls as little as is needed to bring a row into sight. */
  readonly reveal: (row: number) => void;
}

/** Only rows near the window are made, however many there are. */
export const useVirtualRows = <Viewport extends HTMLElement = HTMLDivElement>(options: {
  readonly count: number;
  /** Pixels; the same for all rows. */
  readonly rowHeight: number;
  /** Pixels at the top of the viewport that a sticky header covers. */
  readonly covered?: number;
  /** Pixels of the window that are surely above the viewport. */
  readonly above?: number;
  readonly overscan?: number;
}): VirtualRows<Viewport> => {
  const { count, rowHeight, covered = 0, above = 0 } = options;
  const viewport = useRef<Viewport>(null);
  // At first as much as the window may show; to be measured, and what is ahead, can wait until that is drawn.
  const [area, setArea] = useState({
    scrollTop: 0,
    height: Math.max(rowHeight, window.innerHeight - above - covered),
  });
  const [isDrawn, setDrawn] = useState(false);
  useEffect(() => {
    if (count > 0) void painted().then(() => setDrawn(true));
  }, [count > 0]);
  const overscan = isDrawn ? (options.overscan ?? 10) : 0;
  const step = rowHeight * Math.max(1, Math.floor(overscan / 2));

  useLayoutEffect(() => {
    const element = viewport.current;
    if (element === null) return;
    const measure = () => {
      const { scrollTop, clientHeight: height } = element;
      // Steps of half of what is made ahead: most scroll events change nothing.
      const next = { scrollTop: Math.floor(scrollTop / step) * step, height: height + step };
      setArea((old) =>
        old.scrollTop === next.scrollTop && old.height === next.height ? old : next,
      );
    };
    element.addEventListener('scroll', measure, { passive: true });
    // Measures at once, too: when the frame is laid out anyway, not a second time before it.
    const observer = new ResizeObserver(measure);
    if (isDrawn) observer.observe(element);
    return () => {
      element.removeEventListener('scroll', measure);
      observer.disconnect();
    };
  }, [step, isDrawn]);

  const reveal = useCallback(
    (row: number) => {
      const element = viewport.current;
      if (element === null) return;
      const { scrollTop, clientHeight: height } = element;
      element.scrollTop = scrollTopFor({ row, scrollTop, height, rowHeight, covered });
    },
    [rowHeight, covered],
  );
  const range = visibleRows({ ...area, rowHeight, count, overscan });
  const slots = Math.ceil(area.height / rowHeight) + 1 + 2 * overscan;
  return { viewport, range, slots, reveal };
};
