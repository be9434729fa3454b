import { StateFailure } from './failure.ts';

/** A JSON value. States share and never change one; a handler gets a copy. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** service-quotas.html: 256 KiB of UTF-8 for the input or output of a state, task or execution. */
export const PAYLOAD_BYTES = 262_144;

export const bytesOf = (text: string): number => Buffer.byteLength(text);

export function limited(text: string, what: string): string {
  // No character takes more than 3 bytes per UTF-16 unit, so most texts need not be counted.
  if (text.length * 3 <= PAYLOAD_BYTES || bytesOf(text) <= PAYLOAD_BYTES) return text;
  throw new StateFailure(
    'States.DataLimitExceeded',
    `The ${what} is ${bytesOf(text)} bytes, which exceeds the maximum number of bytes service limit of ${PAYLOAD_BYTES}.`,
  );
}

/** The time format of the context object and of status events that are text: always with milliseconds. */
export const timestamp = (at: number): string => new Date(at).toISOString();
