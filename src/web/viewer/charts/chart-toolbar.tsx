import { Button } from '../../kit/button.tsx';
import { Checkbox, Segmented, TextField } from '../../kit/field.tsx';
import { Popover } from '../../kit/popover.tsx';
import { Slider } from '../../kit/slider.tsx';
import { chartSettings, setChartSettings } from './chart-settings.ts';
import styles from './chart-toolbar.module.css';
import type { XAxis } from './series.ts';

const AXIS_NAMES: Readonly<Record<XAxis, string>> = {
  step: 'Step',
  relative: 'Relative',
  wall: 'Time',
  epoch: 'Epoch',
};

/** How the charts of the page are drawn. */
export const ChartToolbar = ({ axes }: { readonly axes: readonly XAxis[] }) => {
  const { x, smoothing, logX, logY, clip, filter, range } = chartSettings.value;
  return (
    <div class={styles.bar}>
      <div class={styles.filter}>
        <TextField
          label="Filter metrics"
          labelHidden
          icon="search"
          placeholder="Filter metrics"
          value={filter}
          clearable
          onInput={(text) => setChartSettings({ filter: text })}
        />
      </div>
      <Segmented
        label="Horizontal axis"
        value={x}
        options={axes.map((axis) => ({ value: axis, label: AXIS_NAMES[axis] }))}
        onChange={(axis) => setChartSettings({ x: axis })}
      />
      <div class={styles.smoothing}>
        <span aria-hidden="true">Smoothing</span>
        <Slider
          label="Smoothing"
          class={styles.slider}
          {...{ value: smoothing, min: 0, max: 0.99, step: 0.01 }}
          onInput={(amount) => setChartSettings({ smoothing: amount })}
        />
        <span class={styles.amount}>{smoothing.toFixed(2)}</span>
      </div>
      <Popover label="More about the axes" icon="sliders" text="Axes">
        {() => (
          <div class={styles.more}>
            <Checkbox
              label="Logarithmic y"
              checked={logY}
              onChange={(on) => setChartSettings({ logY: on })}
            />
            <Checkbox
              label="Logarithmic x"
              checked={logX}
              onChange={(on) => setChartSettings({ logX: on })}
            />
            <Checkbox
              label="Leave outliers outside"
              checked={clip}
              onChange={(on) => setChartSettings({ clip: on })}
            />
          </div>
        )}
      </Popover>
      {range !== null && (
        <Button icon="restore" onClick={() => setChartSettings({ range: null })}>
          Whole range
        </Button>
      )}
    </div>
  );
};
