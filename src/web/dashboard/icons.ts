import { addIcons } from '../kit/icon.tsx';

/** Drawn as those of `kit/icon.tsx`. */
addIcons({
  copy: 'M5.5 5.5v-3h8v8h-3m-8-5h8v8h-8v-8Z',
  dots: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  external: 'M6.5 3h-4v10.5h10.5v-4M9 2.5h4.5V7m0-4.5L7.5 8.5',
  eye: 'M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8Zm6.5 2a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z',
  'eye-off':
    'M6.3 3.7A6 6 0 0 1 8 3.5c4 0 6.5 4.5 6.5 4.5a11 11 0 0 1-1.7 2.2M3.6 5.2A11 11 0 0 0 1.5 8S4 12.5 8 12.5c1 0 2-.3 2.8-.7M2.5 2.5l11 11',
  minus: 'M3.5 8h9',
  pin: 'M6 2.5h4l-.5 4 2 2.5h-7l2-2.5-.5-4ZM8 9v5',
});
