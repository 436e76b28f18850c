/** Something that Runicorn 0.6 and later keep for a run; see `/api/assets`. */
export interface Asset {
  /** For the download; null: not archived. */
  readonly asset: string | null;
  readonly name: string | null;
  readonly description: string | null;
  readonly uri: string | null;
  readonly kind: 'file' | 'directory' | null;
  readonly size: number | null;
  readonly files: number | null;
  readonly fingerprint: string | null;
  readonly savedAt: number | null;
  readonly mode: string | null;
  readonly context: string | null;
}

/** A version of an artifact of Runicorn 0.5. */
export interface UsedArtifact {
  readonly type: string;
  readonly name: string;
  readonly version: number;
  readonly size: number | null;
  readonly files: number | null;
  readonly at: number | null;
}

/** `/api/assets`. */
export interface Assets {
  readonly code: Asset | null;
  readonly datasets: readonly Asset[];
  readonly pretrained: readonly Asset[];
  readonly outputs: readonly Asset[];
  readonly created: readonly UsedArtifact[];
  readonly used: readonly UsedArtifact[];
}

/** Assets in the groups that people know, those that hold something. */
export const assetGroups = (assets: Assets) =>
  [
    { title: 'Code', assets: assets.code === null ? [] : [assets.code] },
    { title: 'Outputs', assets: assets.outputs },
    { title: 'Datasets', assets: assets.datasets },
    { title: 'Pretrained', assets: assets.pretrained },
  ].filter((group) => group.assets.length > 0);
