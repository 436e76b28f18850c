import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import Module, { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { Script } from 'node:vm';
import { crc32 } from 'node:zlib';

/** Of other builds and other versions of Node, too. */
const MAX_FILES = 48;
const CHECKSUM_BYTES = 4;

/** Node 22 and newer can do this by themselves. */
type EnableCompileCache = ((directory: string) => unknown) | undefined;

/** What `require` calls with each file that it has read; tools such as ts-node stand on it. */
type Compile = (this: NodeModule, content: string, path: string) => unknown;

/**
 * Keeps what V8 makes of porthole's own files, and takes it from there the next time: half of what lies
 * between the start of an `open` and that of ssh is spent on it. Nothing depends on the directory; one that
 * another account could write to is left alone, since what lies there is run.
 *
 * `chunks` is the directory of the files; their names tell their content.
 */
export const keepCompiledCode = (directory: string, chunks: string, uid: number): void => {
  if (!isOurs(directory, uid)) return;
  const { enableCompileCache } = Module as { enableCompileCache?: EnableCompileCache };
  if (enableCompileCache !== undefined) enableCompileCache(directory);
  else takeOver(directory, chunks);
};

const isOurs = (directory: string, uid: number): boolean => {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const found = lstatSync(directory);
    return found.isDirectory() && found.uid === uid && (found.mode & 0o022) === 0;
  } catch {
    return false; // A home that cannot be written to, say.
  }
};

const takeOver = (directory: string, chunks: string): void => {
  const prototype = Module.prototype as unknown as { _compile: Compile };
  const compile = prototype._compile;
  const made: { readonly file: string; readonly script: Script }[] = [];

  prototype._compile = function (content, path) {
    if (dirname(path) !== chunks) return compile.call(this, content, path);
    const file = join(directory, `${basename(path)}-${process.version}-${process.arch}`);
    const cachedData = readCode(file);
    const source = Module.wrap(content);
    const script = new Script(source, {
      filename: path,
      ...(cachedData === undefined ? {} : { cachedData }),
    });
    // V8 takes none of another version of itself.
    if (cachedData === undefined || script.cachedDataRejected === true) made.push({ file, script });
    return script
      .runInThisContext()
      .call(this.exports, ...[this.exports, createRequire(path), this, path, dirname(path)]);
  };
  // By then the functions that were called are compiled as well.
  process.once('exit', () => {
    for (const { file, script } of made) writeCode(file, script.createCachedData());
    if (made.length > 0) forgetOldest(directory);
  });
};

/** V8 itself checks no sum, and what a broken disk gives would be run. */
const readCode = (file: string): Buffer | undefined => {
  try {
    const kept = readFileSync(file);
    const code = kept.subarray(CHECKSUM_BYTES);
    return kept.readUInt32BE(0) === crc32(code) ? code : undefined;
  } catch {
    return undefined;
  }
};

/** Whoever reads it meanwhile reads the old one, or all of the new. */
const writeCode = (file: string, code: Buffer): void => {
  const draft = `${file}.${process.pid}`;
  const sum = Buffer.alloc(CHECKSUM_BYTES);
  sum.writeUInt32BE(crc32(code));
  try {
    writeFileSync(draft, Buffer.concat([sum, code]), { mode: 0o600, flag: 'wx' });
    renameSync(draft, file);
  } catch {
    rmSync(draft, { force: true });
  }
};

const forgetOldest = (directory: string): void => {
  try {
    const files = readdirSync(directory).map((name) => join(directory, name));
    const byAge = files
      .map((file) => ({ file, writtenMs: statSync(file).mtimeMs }))
      .sort((a, b) => b.writtenMs - a.writtenMs);
    for (const { file } of byAge.slice(MAX_FILES)) rmSync(file, { force: true });
  } catch {
    // Another porthole was faster with it.
  }
};
