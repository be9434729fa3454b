import * as z from 'zod';
import { InvariantViolation } from '../../core/errors/registry.ts';
import type { Beat } from '../../core/heartbeat/reading.ts';
import type { HeartObjects } from '../../core/ports/heart-object.ts';
import { type Instant, iso, parseInstant } from '../../core/time/instant.ts';

const content = z.object({ beat: z.int().min(1), at: z.string() });

/** Written over what was read and nothing else, so that no number comes twice. @returns the number of the beat */
export async function beatInObject(
  objects: HeartObjects,
  bucket: string,
  key: string,
  now: Instant,
): Promise<number> {
  const found = await objects.read(bucket, key);
  const number = found ? beatIn(found.text, bucket, key).number + 1 : 1;
  await objects.write(bucket, key, `${JSON.stringify({ beat: number, at: iso(now) })}\n`, found?.etag);
  return number;
}

export function beatIn(text: string, bucket: string, key: string): Beat {
  const parsed = content.safeParse(json(text));
  const at = parsed.success ? parseInstant(parsed.data.at) : undefined;
  if (parsed.success && at !== undefined) return { number: parsed.data.beat, at };
  throw new InvariantViolation(
    `s3://${bucket}/${key} is no heartbeat: received ${text.slice(0, 100)}; whatever wrote it is not Holdfast`,
    { bucket, key },
  );
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
