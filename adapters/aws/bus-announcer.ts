import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { EVENT_SOURCE } from '../../core/catalog/events.ts';
import { RUNBOOK_OF } from '../../core/catalog/runbooks.ts';
import { EventRejected } from '../../core/errors/registry.ts';
import type { Announcer } from '../../core/ports/announcer.ts';
import { orFault } from './faults.ts';

/**
 * Announces on an EventBridge bus, each alert with the page that says what to do. PutEvents answers 200 although it rejected an entry; the entry's own code says so,
 * and nothing repeats it but us (API_PutEvents.html, FailedEntryCount).
 */
export function busAnnouncer(client: EventBridgeClient, bus: string): Announcer {
  return {
    async announce(event) {
      const runbook = RUNBOOK_OF[event.name];
      const entry = {
        EventBusName: bus,
        Source: EVENT_SOURCE,
        DetailType: event.name,
        Detail: JSON.stringify({ ...event, ...(runbook !== undefined && { runbook }) }),
      };
      const answer = await orFault(() => client.send(new PutEventsCommand({ Entries: [entry] })));
      const rejected = answer.Entries?.find((each) => each.ErrorCode !== undefined);
      if (rejected || (answer.FailedEntryCount ?? 0) > 0)
        throw new EventRejected(
          `bus ${bus} rejected ${event.name} of ${event.cluster}: ${rejected?.ErrorCode ?? 'no code'} ${rejected?.ErrorMessage ?? ''}`.trimEnd(),
          { bus, event: event.name },
        );
    },
  };
}
