import type { Interaction } from './interaction.ts';
import type { Plan } from './plan.ts';
import type { Store } from './store.ts';

export interface SayWriteNoticeInput {
  readonly plan: Plan;
  /** Key of the host in the store. */
  readonly key: string;
  readonly store: Store;
  readonly interaction: Pick<Interaction, 'report'>;
}

/** Says, once for a host and viewer, that the viewer itself may write below the storage root. */
export const sayWriteNotice = async (input: SayWriteNoticeInput): Promise<void> => {
  const { plan, key, store, interaction } = input;
  const { id, notice } = plan.viewer;
  if (notice === undefined) return;
  const said = (await store.host(key))?.writeNoticesSaid ?? [];
  if (said.includes(id)) return;
  interaction.report({ type: 'note', text: notice });
  await store.rememberHost(key, { writeNoticesSaid: [...said, id] });
};
