import type { Stage } from '../../../cli/stage.ts';
import type { HoldfastEvent } from '../../../core/catalog/events.ts';
import type { Instant } from '../../../core/time/instant.ts';
import type { Mail } from '../../../embedded/queue/topics.ts';
import { ALERTS_TOPIC, BUS, UNDELIVERED_QUEUE } from '../../../lib/names.ts';
import { regionsOf } from './checker.ts';

/** An event that Holdfast's bus of a region took. */
export interface Heard {
  readonly at: Instant;
  /** Whose bus it was. What the event is about may lie in another region. */
  readonly bus: string;
  readonly event: HoldfastEvent;
}

const ADDRESS = 'checker@example.com';

/** Everything that Holdfast says to anybody: events on its buses, mails of its alerts topics, and what nobody got. */
export class Announced {
  readonly heard: Heard[] = [];
  #stage: Stage | undefined;

  /** Listens from now on. Asked again for the same cloud, it goes on listening. */
  begin(stage: Stage): void {
    if (this.#stage === stage) return;
    this.#stage = stage;
    const { cloud } = stage;
    cloud.events.watch((event, bus) => {
      const [, , , region = ''] = bus.split(':');
      if (bus.endsWith(`/${BUS}`))
        this.heard.push({ at: cloud.world.now(), bus: region, event: event.detail as HoldfastEvent });
    });
    for (const region of regionsOf(stage))
      cloud.topics.subscribe(
        `arn:aws:sns:${region}:${cloud.account}:${ALERTS_TOPIC}`,
        'email',
        `${region}-${ADDRESS}`,
      );
  }

  /** What subscribers of a region's alerts topic found in their inbox. */
  mails(region: string): readonly Mail[] {
    const address = `${region}-${ADDRESS}`;
    return this.#stage!.cloud.topics.inbox.filter((mail) => mail.address === address);
  }

  /** Triggers and events that were given up. They are kept for days, and an alarm rings as long as one is there. */
  undelivered(region: string): readonly { readonly at: Instant; readonly body: string }[] {
    const { queues, account } = this.#stage!.cloud;
    const queue = queues.queue(`arn:aws:sqs:${region}:${account}:${UNDELIVERED_QUEUE}`);
    return (queue?.messages ?? []).map(({ sentAt, body }) => ({ at: sentAt, body }));
  }
}
