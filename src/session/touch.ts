import type { Connection } from '../remote/connection.ts';

/**
 * Whether a login has asked for the user's hand: a touch of a key, or a confirmation. Such a host is
 * not dialled unasked, since a key that blinks for nobody teaches to touch it without thinking.
 */
export const asksForTouch = (connection: Connection): boolean =>
  connection.asked().some(({ kind }) => kind === 'confirmation' || kind === 'notice');
