import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { AppError, errorCode } from '#base/errors.js';

const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const VERSION = 'v1';

/** Seals small secrets, such as a camera's credentials, before they are stored. */
export interface SecretBox {
  /** `v1.` and base64url of nonce, tag and cipher text; different each time. */
  readonly seal: (secret: string) => string;
  /** @throws AppError `data-loss` when the text was not sealed with this key or has been changed. */
  readonly open: (sealed: string) => string;
}

/** AES-256-GCM with a key of 32 bytes. */
export function secretBox(key: Buffer): SecretBox {
  return {
    seal: (secret) => {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      const body = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return `${VERSION}.${Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')}`;
    },
    open: (sealed) => {
      const [version, text = ''] = sealed.split('.', 2);
      const bytes = Buffer.from(text, 'base64url');
      try {
        if (version !== VERSION || bytes.length < IV_BYTES + TAG_BYTES) throw new Error('not a sealed text');
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES));
        decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
        return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString(
          'utf8',
        );
      } catch (cause) {
        const message =
          'A stored secret cannot be opened: the key file is not the one it was sealed with. Enter it again.';
        throw new AppError('data-loss', message, { cause });
      }
    },
  };
}

/** The box of a data folder. Its key lies in `secret.key`, readable by the owner only, and is made on first use. */
export function openSecretBox(dataDir: string): SecretBox {
  const file = path.join(dataDir, 'secret.key');
  const key = readKey(file) ?? makeKey(file);
  return secretBox(key);
}

function readKey(file: string): Buffer | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (problem) {
    if (errorCode(problem) === 'ENOENT') return null;
    throw new AppError('unavailable', `The key file ${file} cannot be read.`, { cause: problem });
  }
  const key = Buffer.from(text.trim(), 'hex');
  if (key.length === KEY_BYTES) return key;
  throw new AppError('data-loss', `The key file ${file} does not hold ${KEY_BYTES} bytes in hexadecimal.`);
}

/** Writes a new key whole or not at all; of two processes that do so at once, both end up with the same one. */
function makeKey(file: string): Buffer {
  mkdirSync(path.dirname(file), { recursive: true });
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  writeFileSync(draft, randomBytes(KEY_BYTES).toString('hex'), { mode: 0o600, flag: 'wx', flush: true });
  try {
    linkSync(draft, file);
  } catch (problem) {
    if (errorCode(problem) !== 'EEXIST') throw problem;
  } finally {
    rmSync(draft);
  }
  const key = readKey(file);
  if (key === null) throw new AppError('unavailable', `The key file ${file} vanished.`);
  return key;
}
