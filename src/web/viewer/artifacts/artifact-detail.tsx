import { useEffect, useState } from 'preact/hooks';
import { ApiError, apiUrl, getJson } from '../../kit/api-client.ts';
import { LinkButton } from '../../kit/button.tsx';
import { counted, formatBytes, formatTime } from '../../kit/format.ts';
import { Icon } from '../../kit/icon.tsx';
import { Notice, Skeleton } from '../../kit/notice.tsx';
import { Tag } from '../../kit/tag.tsx';
import { artifactsHref, runHref } from '../places.ts';
import { flatten } from '../run/flatten.ts';
import { PairTable } from '../run/pair-table.tsx';
import styles from './artifacts-page.module.css';
import { Lineage } from './lineage.tsx';

interface Artifact {
  /** Where each points to now; versions tell what once pointed at them. */
  readonly aliases: Readonly<Record<string, number>>;
  readonly versions: readonly Version[];
}

interface Version {
  readonly version: number;
  readonly createdAt: number | null;
  readonly run: string | null;
  readonly runId: string | null;
  readonly size: number | null;
  readonly files: number | null;
  readonly description: string | null;
  readonly metadata: Readonly<Record<string, unknown>> | null;
  readonly deleted: boolean;
  readonly contents: { readonly path: readonly string[]; readonly size: readonly number[] };
}

/** One artifact: its versions, newest first, what they hold and where they came from. */
export const ArtifactDetail = ({
  type,
  name,
}: {
  readonly type: string;
  readonly name: string;
}) => {
  const [artifact, setArtifact] = useState<Artifact | ApiError | null>(null);
  const [chosen, setChosen] = useState<number | null>(null);
  useEffect(() => {
    document.title = `${name} – porthole`;
    const abort = new AbortController();
    const asking = getJson<Artifact>('artifact', { type, name }, { signal: abort.signal });
    asking.then(setArtifact, (error) => {
      if (error instanceof ApiError) setArtifact(error);
    });
    return () => abort.abort();
  }, [type, name]);
  if (artifact === null) return <Skeleton lines={5} label="Loading the artifact" />;
  if (artifact instanceof ApiError) {
    return (
      <Notice
        tone="bad"
        title="The artifact cannot be shown"
        actions={<LinkButton href={artifactsHref()}>All artifacts</LinkButton>}
      >
        <p>{artifact.message}</p>
      </Notice>
    );
  }
  const versions = [...artifact.versions].sort((a, b) => b.version - a.version);
  const shown = versions.find(({ version }) => version === chosen) ?? versions[0];
  return (
    <div class={styles.page}>
      <p class={styles.crumbs}>
        <a href={artifactsHref()}>Artifacts</a> / {type}
      </p>
      <h1 class={styles.heading}>{name}</h1>
      <div class={styles.two}>
        <ul class={styles.list}>
          {versions.map((version) => (
            <li key={version.version}>
              <button
                type="button"
                class={styles.row}
                aria-pressed={version === shown}
                onClick={() => setChosen(version.version)}
              >
                <span class={styles.main}>
                  <span class={styles.name}>
                    v{version.version}
                    {version.deleted ? ' (deleted)' : ''}
                  </span>
                  <span class={styles.detail}>{formatTime(version.createdAt)}</span>
                </span>
                {aliasesOf(artifact, version).map((alias) => (
                  <Tag key={alias} text={alias} />
                ))}
                <span class={styles.fact}>{formatBytes(version.size)}</span>
              </button>
            </li>
          ))}
        </ul>
        {shown !== undefined && <Contents type={type} name={name} version={shown} />}
      </div>
    </div>
  );
};

const aliasesOf = ({ aliases }: Artifact, { version }: Version): readonly string[] =>
  Object.keys(aliases).filter((alias) => aliases[alias] === version);

const Contents = ({ type, name, version }: { type: string; name: string; version: Version }) => {
  const query = { type, name, version: version.version };
  const metadata = flatten(version.metadata);
  return (
    <div class={styles.contents}>
      <section class={styles.card}>
        <h2 class={styles.title}>
          v{version.version}: {counted(version.contents.path.length, 'file')}
          <LinkButton href={apiUrl('artifact/file', query)} icon="download" download>
            All as zip
          </LinkButton>
        </h2>
        {version.description !== null && <p class={styles.words}>{version.description}</p>}
        {version.runId !== null && (
          <p class={styles.words}>
            Made by{' '}
            {version.run === null ? (
              version.runId
            ) : (
              <a href={runHref(version.run)}>{version.runId}</a>
            )}
          </p>
        )}
        <ul>
          {version.contents.path.map((path, i) => (
            <li key={path} class={styles.file}>
              <Icon name="file" size={14} class={styles.icon} />
              <a href={apiUrl('artifact/file', { ...query, path })} download>
                {path}
              </a>
              <span class={styles.fact}>{formatBytes(version.contents.size[i])}</span>
            </li>
          ))}
        </ul>
      </section>
      {metadata.length > 0 && <PairTable title="Metadata" pairs={metadata} />}
      <section class={styles.card}>
        <h2 class={styles.title}>Lineage</h2>
        <Lineage query={query} />
      </section>
    </div>
  );
};
