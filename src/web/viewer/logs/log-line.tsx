import { useMemo } from 'preact/hooks';
import { classes } from '../../kit/classes.ts';
import { parseAnsi, type Span } from './ansi.ts';
import styles from './logs-tab.module.css';

/** One line of a log with its number; what is not here yet is a grey bar. */
export const LogLine = (props: {
  readonly number: number;
  readonly text: string | undefined;
  readonly isMarked: boolean;
}) => {
  const { number, text, isMarked } = props;
  const spans = useMemo(() => parseAnsi(text ?? ''), [text]);
  return (
    <div class={classes(styles.row, isMarked && styles.marked)}>
      <span class={styles.number}>{number + 1}</span>
      {text === undefined ? (
        <span class={styles.coming} />
      ) : (
        <code class={styles.text}>{spans.map(Piece)}</code>
      )}
    </div>
  );
};

const Piece = ({ text, color, background, bold, dim, italic, underline }: Span, key: number) => (
  <span
    key={key}
    class={classes(
      bold && styles.bold,
      dim && styles.dim,
      italic && styles.italic,
      underline && styles.underline,
    )}
    data-color={typeof color === 'number' ? color : undefined}
    data-background={typeof background === 'number' ? background : undefined}
    style={{
      ...(typeof color === 'string' ? { color } : {}),
      ...(typeof background === 'string' ? { backgroundColor: background } : {}),
    }}
  >
    {text}
  </span>
);
