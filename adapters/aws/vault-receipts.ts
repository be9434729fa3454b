import { type KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { invariant } from '../../core/errors/assert.ts';
import { ConcurrentUpdate, ReceiptChainBroken } from '../../core/errors/registry.ts';
import type { ReceiptLedger, Receipts } from '../../core/ports/receipts.ts';
import {
  NOTHING_BEFORE,
  printReceipt,
  publicKeyKey,
  receiptKey,
  signedText,
} from '../../core/receipts/canonical.ts';
import { readReceipt } from '../../core/receipts/read.ts';
import { type Head, headOf, type Receipt, type ReceiptDraft } from '../../core/receipts/receipt.ts';
import { days, type Instant, iso, later } from '../../core/time/instant.ts';
import { sha256 } from '../engines/shared/sha256.ts';
import { faultOf, orFault } from './faults.ts';
import { shownKey } from './kms-receipt-keys.ts';
import { isMissing, isPrecondition } from './s3-names.ts';

export interface ReceiptPlace {
  readonly region: string;
  readonly bucket: string;
  /** Alias ARN of the key that signs here. */
  readonly key: string;
  readonly lock: { readonly mode: 'GOVERNANCE' | 'COMPLIANCE'; readonly days: number };
  readonly versions: Readonly<Record<string, string>>;
}

/** Receipts that lie in the vault and were never entered, adopted by one write: after that the catalog was lost. */
const ADOPTED_MAX = 1_000;

/**
 * The chain of receipts in a region's vault. The vault comes first and the catalog follows:
 *
 *     put receipts/000000000042.json unless it is there  →  enter number 42 in the catalog
 *
 * S3 lets one writer have a number. A crash in between leaves a receipt that is whole, signed and not entered; the next
 * writer meets it under the number that it wants, enters it, and goes on behind it. The other way round, a crash would
 * leave a number without a receipt: a hole that nobody could tell from a theft.
 */
export function vaultReceipts(
  clients: { readonly s3: S3Client; readonly kms: KMSClient },
  ledger: ReceiptLedger,
  place: ReceiptPlace,
): Receipts {
  const { region, bucket } = place;
  return {
    async write(draft, now) {
      // The newest first: what was entered behind it, the put will meet.
      const newest = await ledger.newest(region);
      const known = await ledger.about(region, draft.kind, draft.about);
      if (known) return entered(known);
      const key = await publishKey(clients, place, now);
      let before = newest;
      for (let adopted = 0; adopted < ADOPTED_MAX; adopted++) {
        const receipt = await sign(clients.kms, bodyOf(draft, before, key, place, now));
        const stands = (await putOnce(
          clients.s3,
          place,
          receiptKey(receipt.body.number),
          printReceipt(receipt),
          now,
        ))
          ? receipt
          : await adopt(receipt.body.number, before);
        await ledger.enter(stands);
        if (stands === receipt || isAbout(stands, draft)) return stands;
        before = headOf(stands);
      }
      throw new ConcurrentUpdate(
        `${ADOPTED_MAX} receipts of ${region} were entered in the catalog that had not been, up to number ${before?.number ?? 0}; the next try goes on`,
      );
    },
  };

  async function entered(known: Head): Promise<Receipt> {
    const receipt = await readAt(known.number);
    if (receipt.hash !== known.hash)
      throw broken(
        `the receipt ${known.number} of ${region} was entered with hash ${known.hash} and has ${receipt.hash}`,
      );
    await ledger.enter(receipt);
    return receipt;
  }

  async function adopt(number: number, before: Head | undefined): Promise<Receipt> {
    const found = await readAt(number);
    const previous = before?.hash ?? NOTHING_BEFORE;
    const { body } = found;
    if (body.number !== number || body.previous !== previous || body.region !== region)
      throw broken(
        `s3://${bucket}/${receiptKey(number)} is number ${body.number} of ${body.region} and follows ${body.previous}; the newest that the catalog has of ${region} has hash ${previous}`,
      );
    return found;
  }

  async function readAt(number: number): Promise<Receipt> {
    const file = await read(clients.s3, bucket, receiptKey(number));
    const receipt = file === undefined ? { wrong: 'it is not there' } : readReceipt(file);
    if ('wrong' in receipt)
      throw broken(`s3://${bucket}/${receiptKey(number)} is no receipt: ${receipt.wrong}`);
    if (sha256(signedText(receipt.body)) !== receipt.hash)
      throw broken(`s3://${bucket}/${receiptKey(number)} was changed: its body does not have its hash`);
    return receipt;
  }
}

const broken = (what: string): ReceiptChainBroken =>
  new ReceiptChainBroken(`${what}; see docs/runbooks/receipt-chain-broken.md`);

const isAbout = ({ body }: Receipt, { kind, about }: ReceiptDraft): boolean =>
  body.kind === kind && body.about === about;

const bodyOf = (
  draft: ReceiptDraft,
  before: Head | undefined,
  key: string,
  { region, versions }: ReceiptPlace,
  now: Instant,
): Receipt['body'] => ({
  ...draft,
  ...{ format: 2, region, versions, key },
  number: (before?.number ?? 0) + 1,
  previous: before?.hash ?? NOTHING_BEFORE,
  signedAt: iso(now),
});

async function sign(kms: KMSClient, body: Receipt['body']): Promise<Receipt> {
  const hash = sha256(signedText(body));
  const { Signature } = await orFault(() =>
    kms.send(
      new SignCommand({
        KeyId: body.key,
        Message: Buffer.from(hash, 'hex'),
        MessageType: 'DIGEST',
        SigningAlgorithm: 'ECDSA_SHA_256',
      }),
    ),
  );
  invariant(Signature, 'KMS answers Sign with a signature', { key: body.key });
  return { body, hash, signature: Buffer.from(Signature).toString('base64') };
}

/** The public half lies beside what it verifies. */
async function publishKey(
  { s3, kms }: { readonly s3: S3Client; readonly kms: KMSClient },
  place: ReceiptPlace,
  now: Instant,
): Promise<string> {
  const { arn, pem } = await shownKey(kms, place.key);
  await putOnce(s3, place, publicKeyKey(arn), pem, now);
  return arn;
}

/** Writes what nobody can take away before its lock ends. False when there is one already. */
async function putOnce(
  s3: S3Client,
  { bucket, lock }: ReceiptPlace,
  key: string,
  text: string,
  now: Instant,
): Promise<boolean> {
  try {
    await s3.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: Buffer.from(text, 'utf8'),
        IfNoneMatch: '*',
        ChecksumAlgorithm: 'CRC64NVME',
        ObjectLockMode: lock.mode,
        ObjectLockRetainUntilDate: new Date(later(now, days(lock.days))),
      }),
    );
    return true;
  } catch (error) {
    if (isPrecondition(error)) return false;
    throw faultOf(error);
  }
}

async function read(s3: S3Client, bucket: string, key: string): Promise<string | undefined> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return await Body?.transformToString('utf-8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw faultOf(error);
  }
}
