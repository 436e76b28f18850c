import { useEffect, useState } from 'preact/hooks';
import { ApiError, apiUrl, getJson } from '../../kit/api-client.ts';
import { LinkButton } from '../../kit/button.tsx';
import { TextField } from '../../kit/field.tsx';
import { counted, formatBytes, formatTime } from '../../kit/format.ts';
import { Icon } from '../../kit/icon.tsx';
import { Lineage } from '../artifacts/lineage.tsx';
import { artifactHref } from '../places.ts';
import type { RunDetail } from '../run/run-detail.ts';
import { type Asset, type Assets, assetGroups, type UsedArtifact } from './assets.ts';
import styles from './files-tab.module.css';

/** What a run was given and what it left: code, data, models, and the files of its directory. */
export const FilesTab = ({ detail }: { readonly detail: RunDetail }) => {
  const { run } = detail.row;
  const [assets, setAssets] = useState<Assets | ApiError | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    getJson<Assets>('assets', { run }, { signal: abort.signal }).then(setAssets, (error) => {
      if (error instanceof ApiError) setAssets(error);
    });
    return () => abort.abort();
  }, [run]);
  const known = assets instanceof ApiError ? null : assets;
  const hasArtifacts = known !== null && known.created.length + known.used.length > 0;
  return (
    <div class={styles.page}>
      {assets instanceof ApiError && <p role="alert">{assets.message}</p>}
      {known !== null &&
        assetGroups(known).map((group) => (
          <section key={group.title} class={styles.card}>
            <h2 class={styles.title}>{group.title}</h2>
            <ul>
              {group.assets.map((asset, i) => (
                <AssetLine key={i} run={run} asset={asset} />
              ))}
            </ul>
          </section>
        ))}
      {known !== null && <ArtifactLines title="Created artifacts" list={known.created} />}
      {known !== null && <ArtifactLines title="Used artifacts" list={known.used} />}
      {known !== null && (hasArtifacts || assetGroups(known).length > 0) && (
        <section class={styles.card}>
          <h2 class={styles.title}>Lineage</h2>
          <Lineage query={{ run }} />
        </section>
      )}
      <FileList run={run} files={detail.files} />
    </div>
  );
};

const AssetLine = ({ run, asset }: { run: string; asset: Asset }) => (
  <li class={styles.line}>
    <Icon name={asset.kind === 'directory' ? 'folder' : 'file'} class={styles.icon} />
    <span class={styles.main}>
      <span class={styles.name}>{asset.name ?? asset.uri ?? 'without a name'}</span>
      <span class={styles.detail}>
        {[asset.description, asset.context, asset.uri].filter(Boolean).join(' · ')}
      </span>
    </span>
    <span class={styles.size}>
      {asset.files !== null && asset.kind === 'directory'
        ? `${counted(asset.files, 'file')}, `
        : ''}
      {asset.size !== null && formatBytes(asset.size)}
    </span>
    {asset.asset === null ? (
      <span class={styles.absent}>not archived</span>
    ) : (
      <LinkButton
        href={apiUrl('asset', { run, asset: asset.asset })}
        icon="download"
        variant="quiet"
        download
      >
        Download
      </LinkButton>
    )}
  </li>
);

const ArtifactLines = ({ title, list }: { title: string; list: readonly UsedArtifact[] }) =>
  list.length === 0 ? null : (
    <section class={styles.card}>
      <h2 class={styles.title}>{title}</h2>
      <ul>
        {list.map(({ type, name, version, size, at }) => (
          <li key={`${type}/${name}:${version}`} class={styles.line}>
            <Icon name="box" class={styles.icon} />
            <span class={styles.main}>
              <a class={styles.name} href={artifactHref(type, name)}>
                {name}:v{version}
              </a>
              <span class={styles.detail}>
                {type}
                {at === null ? '' : ` · ${formatTime(at)}`}
              </span>
            </span>
            <span class={styles.size}>{formatBytes(size)}</span>
          </li>
        ))}
      </ul>
    </section>
  );

const FileList = ({ run, files }: { run: string; files: RunDetail['files'] }) => {
  const [filter, setFilter] = useState('');
  const rows = files.path
    .map((path, i) => ({ path, size: files.size[i], at: files.modifiedAt[i] }))
    .filter(({ path }) => path.toLowerCase().includes(filter.toLowerCase()));
  return (
    <section class={styles.card}>
      <h2 class={styles.title}>
        Files of the run
        {files.path.length > 12 && (
          <span class={styles.filter}>
            <TextField
              label="Filter files"
              labelHidden
              icon="search"
              placeholder="Filter"
              value={filter}
              clearable
              onInput={setFilter}
            />
          </span>
        )}
      </h2>
      <ul>
        {rows.map(({ path, size, at }) => (
          <li key={path} class={styles.line}>
            <Icon name="file" class={styles.icon} />
            <span class={styles.main}>
              <a class={styles.name} href={apiUrl('file', { run, path, download: 'yes' })} download>
                {path}
              </a>
            </span>
            <span class={styles.time}>{formatTime(at)}</span>
            <span class={styles.size}>{formatBytes(size)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
};
