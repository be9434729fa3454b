import { instant, iso, wholeSecond } from '../../core/time/instant.ts';
import { type Call, onlyModelled } from '../service.ts';
import type { AwsEvent } from './event.ts';

interface Refused {
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

/** An entry of PutEvents: an event for a bus, or why it is none. A refused entry does not refuse the others. */
type Entry =
  | { readonly bytes: number; readonly event: AwsEvent; readonly bus: string | undefined }
  | { readonly bytes: number; readonly refused: Refused };

interface RawEntry {
  readonly Source?: string;
  readonly DetailType?: string;
  readonly Detail?: string;
  readonly EventBusName?: string;
  readonly Resources?: readonly string[];
  readonly Time?: Date;
}

const MEMBERS = ['Source', 'DetailType', 'Detail', 'EventBusName', 'Resources', 'Time'];

export function readEntry(raw: RawEntry, call: Call, id: () => string): Entry {
  onlyModelled('events', 'PutEvents.Entries', raw, MEMBERS);
  const { Source: source, DetailType: type, Detail: text, Resources: resources = [] } = raw;
  // eb-putevent-size.html: 14 bytes for the time, and the text of everything else.
  const bytes = [source, type, text, ...resources].reduce(
    (sum, part) => sum + Buffer.byteLength(part ?? ''),
    raw.Time ? 14 : 0,
  );
  const refuse = (ErrorCode: string, ErrorMessage: string): Entry => ({
    bytes,
    refused: { ErrorCode, ErrorMessage },
  });
  if (!source)
    return refuse('InvalidArgument', 'Parameter Source is not valid. Reason: Source is a required argument.');
  if (!type)
    return refuse(
      'InvalidArgument',
      'Parameter DetailType is not valid. Reason: DetailType is a required argument.',
    );
  if (type.length > 128) return refuse('InvalidArgument', 'DetailType has more than 128 characters.');
  if (source.startsWith('aws.'))
    return refuse('NotAuthorizedForSourceException', `Not authorized for the source ${source}.`);
  const detail = parseObject(text);
  if (!detail) return refuse('MalformedDetail', 'Detail is malformed.');
  const event: AwsEvent = {
    version: '0',
    id: id(),
    'detail-type': type,
    source,
    account: call.account,
    time: iso(wholeSecond(raw.Time ? instant(raw.Time.getTime()) : call.now)),
    region: call.region,
    resources: [...resources],
    detail,
  };
  return { bytes, event, bus: raw.EventBusName };
}

function parseObject(text: string | undefined): object | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
