import type {
  Change,
  ChangeResourceRecordSetsRequest,
  ListResourceRecordSetsRequest,
  ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import { AwsError, type Call, type EmbeddedService, NotModelled, onlyModelled } from '../service.ts';

interface Zone {
  readonly id: string;
  /** With the dot at its end. */
  readonly name: string;
  /** `name type` → the record set. */
  readonly records: Map<string, ResourceRecordSet>;
}

const full = (name: string): string => `${name.toLowerCase().replace(/\.$/, '')}.`;
const keyOf = (name: string, type: string): string => `${full(name)} ${type}`;
/** Route 53 sorts by the labels from the right (API_ListResourceRecordSets.html). */
const sortable = (name: string): string => full(name).split('.').toReversed().join('.');

/**
 * Route 53's control plane, as far as somebody looks at a simple record set and changes it. It answers in us-east-1 for every
 * region, and what it has taken is read at once.
 *
 * Does not model: name servers and the time until they have a change, routing policies, aliases, health checks, making
 * and deleting zones, GetChange, its five requests a second.
 */
export class Route53 implements EmbeddedService {
  readonly name = 'route-53';
  readonly #zones = new Map<string, Zone>();
  #changes = 0;

  seedZone(id: string, name: string, records: readonly ResourceRecordSet[] = []): void {
    const zone: Zone = { id, name: full(name), records: new Map() };
    for (const one of records)
      zone.records.set(keyOf(one.Name ?? '', one.Type ?? ''), { ...one, Name: full(one.Name ?? '') });
    this.#zones.set(id, zone);
  }

  /** What a resolver is answered for a CNAME; undefined when there is none. */
  resolve(name: string): string | undefined {
    for (const { records } of this.#zones.values()) {
      const found = records.get(keyOf(name, 'CNAME'))?.ResourceRecords?.[0]?.Value;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  call(operation: string, input: object, { now }: Call): object {
    switch (operation) {
      case 'ListResourceRecordSets': {
        onlyModelled('route53', operation, input, [
          'HostedZoneId',
          'StartRecordName',
          'StartRecordType',
          'MaxItems',
        ]);
        return this.#list(input as ListResourceRecordSetsRequest);
      }
      case 'ChangeResourceRecordSets': {
        onlyModelled('route53', operation, input, ['HostedZoneId', 'ChangeBatch']);
        const { HostedZoneId: id, ChangeBatch: batch } = input as ChangeResourceRecordSetsRequest;
        const zone = this.#zone(id);
        // All of a batch or none of it.
        const checked = (batch?.Changes ?? []).map((change) => checkedIn(zone, change));
        for (const one of checked) zone.records.set(keyOf(one.Name!, one.Type!), one);
        return {
          ChangeInfo: { Id: `/change/C${++this.#changes}`, Status: 'PENDING', SubmittedAt: new Date(now) },
        };
      }
      default:
        throw new NotModelled('route53', operation);
    }
  }

  #zone(id: string | undefined): Zone {
    const zone = this.#zones.get((id ?? '').replace(/^\/hostedzone\//, ''));
    if (zone) return zone;
    throw new AwsError('NoSuchHostedZone', `No hosted zone found with ID: ${id}`, {
      status: 404,
      code: 'NoSuchHostedZone',
    });
  }

  #list({
    HostedZoneId,
    StartRecordName = '',
    StartRecordType,
    MaxItems = 300,
  }: ListResourceRecordSetsRequest) {
    const orderOf = (name: string, type: string): string => `${sortable(name)} ${type}`;
    const from = StartRecordName === '' ? '' : orderOf(StartRecordName, StartRecordType ?? '');
    const all = [...this.#zone(HostedZoneId).records.values()]
      .map((one) => ({ one, order: orderOf(one.Name!, one.Type!) }))
      .filter(({ order }) => order >= from)
      .sort((a, b) => (a.order < b.order ? -1 : 1));
    const page = all.slice(0, MaxItems).map(({ one }) => one);
    return { ResourceRecordSets: page, IsTruncated: all.length > page.length, MaxItems };
  }
}

function checkedIn(zone: Zone, { Action: action, ResourceRecordSet: one }: Change): ResourceRecordSet {
  if (action !== 'UPSERT') throw new NotModelled('route53', `the action ${action}`);
  onlyModelled('route53', 'ResourceRecordSet', one ?? {}, ['Name', 'Type', 'TTL', 'ResourceRecords']);
  const name = full(one?.Name ?? '');
  const invalid = (message: string) =>
    new AwsError('InvalidChangeBatch', `[${message}]`, { code: 'InvalidChangeBatch' });
  if (name !== zone.name && !name.endsWith(`.${zone.name}`))
    throw invalid(`RRSet with DNS name ${name} is not permitted in zone ${zone.name}`);
  const others = [...zone.records.values()].filter(
    (other) => other.Name === name && other.Type !== one?.Type,
  );
  if (others.length > 0 && [one, ...others].some((each) => each?.Type === 'CNAME'))
    throw invalid(
      `RRSet of type ${one?.Type} with DNS name ${name} is not permitted as it conflicts with other records with the same DNS name in zone ${zone.name}`,
    );
  return { ...one, Name: name } as ResourceRecordSet;
}
