import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openssl } from '../../adapters/signatures/openssl.ts';
import { InvalidInput } from '../../core/errors/registry.ts';
import { keyIdOf, keyIdOfFile, numberOfFile, RECEIPTS_PREFIX } from '../../core/receipts/canonical.ts';
import { readReceipt } from '../../core/receipts/read.ts';
import { type Chain, type Known, type ReceiptFile, verifyChain } from '../../core/receipts/verify-chain.ts';
import type { VaultView } from './read-vault.ts';

/** Receipts and public keys, and nothing else that lies beside them. */
const belongs = (name: string): boolean =>
  numberOfFile(name) !== undefined || keyIdOfFile(name) !== undefined;

export function readFolder(folder: string): readonly ReceiptFile[] {
  if (!existsSync(folder))
    throw new InvalidInput(`--dir is ${JSON.stringify(folder)}, and there is no such folder`);
  return readdirSync(folder)
    .filter(belongs)
    .sort()
    .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
}

export async function readVaultReceipts({ store, bucket }: VaultView): Promise<readonly ReceiptFile[]> {
  const files: ReceiptFile[] = [];
  for await (const { key } of store.list(bucket, RECEIPTS_PREFIX)) {
    const name = key.slice(RECEIPTS_PREFIX.length);
    const body = belongs(name) ? await store.get(bucket, key) : undefined;
    if (body) files.push({ name, text: Buffer.from(body).toString('utf8') });
  }
  return files;
}

export function writeFolder(folder: string, files: readonly ReceiptFile[]): void {
  mkdirSync(folder, { recursive: true });
  for (const { name, text } of files) writeFileSync(join(folder, name), text);
}

/**
 * @param pem the public key that every receipt has to be signed with; without it, each by the key beside it that it names,
 *   which proves no more than that whoever wrote the receipts wrote the key too
 */
export function verifyFiles(files: readonly ReceiptFile[], pem: string | undefined, known: Known): Chain {
  const keys = new Map<string, string>();
  for (const { name, text } of files) {
    const beside = keyIdOfFile(name);
    if (beside !== undefined && pem === undefined) keys.set(beside, text);
    const receipt = pem !== undefined && numberOfFile(name) !== undefined ? readReceipt(text) : undefined;
    if (pem !== undefined && receipt && 'body' in receipt) keys.set(keyIdOf(receipt.body.key), pem);
  }
  return verifyChain(files, keys, openssl, known);
}
