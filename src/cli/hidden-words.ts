/** Commands for porthole itself, which no help text shows; loaded by every call, so nothing else is here. */

/** Makes a process the hub in the background. */
export const HUB_MODE = '__hub';
/** Answers the completion script of a shell. */
export const COMPLETION_MODE = '__complete';
