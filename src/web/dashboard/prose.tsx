/** A sentence of the hub, in which a command may stand between backticks. */
export const Prose = ({ text }: { readonly text: string }) => (
  <>
    {text.split(/`([^`]+)`/).map((part, i) =>
      // What was between two of them has an odd place.
      i % 2 === 1 ? <code key={i}>{part}</code> : part,
    )}
  </>
);
