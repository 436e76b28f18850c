import { useEffect, useState } from 'preact/hooks';
import { Button } from './button.tsx';
import styles from './copy.module.css';
import { showToast } from './toast.tsx';

const SAID_MS = 1_600;

/** Puts a text into the clipboard and says so where it was pressed. */
export const CopyButton = (props: {
  readonly text: string;
  readonly label: string;
  readonly variant?: 'plain' | 'quiet';
  readonly children?: string;
}) => {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return undefined;
    const timer = setTimeout(() => setCopied(false), SAID_MS);
    return () => clearTimeout(timer);
  }, [isCopied]);
  return (
    <Button
      variant={props.variant ?? 'quiet'}
      icon={isCopied ? 'check' : 'copy'}
      label={isCopied ? 'Copied' : props.label}
      onClick={() => void copyText(props.text).then(setCopied)}
    >
      {props.children}
    </Button>
  );
};

/** A command to run elsewhere, as it is to be typed. */
export const Command = ({ text }: { readonly text: string }) => (
  <div class={styles.command}>
    {/* Scrolls where it is long: nobody may lose its end. */}
    {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrolled by the keyboard as well */}
    <code class={styles.text} tabIndex={0}>
      {text}
    </code>
    <CopyButton text={text} label="Copy this command" />
  </div>
);

/** Whether the text is in the clipboard now; where the browser forbids it, the page says so. */
export const copyText = async (text: string): Promise<boolean> => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    showToast({ tone: 'bad', text: 'The browser does not let this page copy. Select it by hand.' });
    return false;
  }
};
