import { colorOf } from '../../kit/theme/theme.ts';

/** Saves the picture of a chart, on the ground of the page. */
export const savePng = (figure: HTMLElement | null, name: string): void => {
  const source = figure?.querySelector('canvas');
  if (source == null) return;
  const canvas = document.createElement('canvas');
  canvas.width = source.width;
  canvas.height = source.height;
  const context = canvas.getContext('2d');
  if (context === null) return;
  context.fillStyle = colorOf('--surface');
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(source, 0, 0);
  canvas.toBlob((blob) => {
    if (blob !== null) saveBlob(`${name}.png`, blob);
  });
};

export const saveText = (name: string, text: string): void =>
  saveBlob(name, new Blob([text], { type: 'text/csv' }));

/** Names of metrics hold slashes, which no file's name may. */
const saveBlob = (name: string, blob: Blob): void => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name.replace(/[^\w.-]+/g, '_');
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
};
