/** What ssh prints beside its messages where LogLevel is DEBUG, as in the config of somebody who looks for a fault. */
const DEBUG_LINE = /^debug[1-3]: .*(?:\n|$)/gm;

/** `debug1: channel 0: setting env WANDB_API_KEY = "..."`: SendEnv and SetEnv, values and all. */
const SENT_VARIABLE = /^(debug[1-3]: .*\bsetting env [^\s=]+ = ).*$/;

/** The text without ssh's debug lines, none of which is the reason of a failure. */
export const withoutDebugLines = (text: string): string => text.replace(DEBUG_LINE, '');

/** A line of ssh's as it may be kept: the value of a variable that is sent to the server may be a secret. */
export const withoutSentValue = (line: string): string => line.replace(SENT_VARIABLE, '$1(hidden)');
