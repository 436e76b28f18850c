/** JSON values of a body that comes line by line. */
export const readLines = async (
  response: Response,
  take: (value: unknown) => void,
): Promise<void> => {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (reader === undefined) return;
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    const lines = (rest + value).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') take(JSON.parse(line));
  }
  if (rest.trim() !== '') take(JSON.parse(rest));
};
