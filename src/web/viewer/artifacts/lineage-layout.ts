/** `/api/lineage`. */
export interface LineageGraph {
  readonly nodes: ReadonlyArray<{
    readonly id: string;
    readonly kind: 'run' | 'artifact' | 'asset';
    readonly label: string;
    readonly run?: string;
    readonly type?: string;
    readonly name?: string;
  }>;
  readonly edges: ReadonlyArray<{
    readonly from: string;
    readonly to: string;
    readonly kind: 'created' | 'used' | 'parent';
  }>;
}

export interface PlacedNode {
  readonly node: LineageGraph['nodes'][number];
  /** From the left: what it comes from stands further left. */
  readonly column: number;
  readonly row: number;
}

/** Places each node one column right of all that leads to it; circles, which no sane data has, end. */
export const layOutLineage = ({ nodes, edges }: LineageGraph): readonly PlacedNode[] => {
  const columns = new Map(nodes.map(({ id }) => [id, 0]));
  for (let round = 0; round < nodes.length; round += 1) {
    let moved = false;
    for (const { from, to } of edges) {
      const wanted = (columns.get(from) ?? 0) + 1;
      if (columns.has(to) && columns.has(from) && (columns.get(to) ?? 0) < wanted) {
        columns.set(to, Math.min(wanted, nodes.length));
        moved = true;
      }
    }
    if (!moved) break;
  }
  const rows = new Map<number, number>();
  return nodes.map((node) => {
    const column = columns.get(node.id) ?? 0;
    const row = rows.get(column) ?? 0;
    rows.set(column, row + 1);
    return { node, column, row };
  });
};
