import type { Instant } from '../../core/time/instant.ts';
import type { Execution } from './execution.ts';
import { type Json, type JsonObject, timestamp } from './json.ts';
import type { Life } from './life.ts';
import type { Sources } from './paths.ts';

/** Where the interpreter is: an execution, or an item of an inline Map inside one. */
export interface Place {
  readonly execution: Execution;
  readonly life: Life;
  /** The item of the innermost inline Map around. */
  readonly item: { readonly index: number; readonly value: Json } | undefined;
}

/** One visit of one state: what its paths may read. */
export class Visit {
  readonly place: Place;
  readonly state: string;
  readonly enteredAt: Instant;
  retries = 0;

  constructor(place: Place, state: string, enteredAt: Instant) {
    this.place = place;
    this.state = state;
    this.enteredAt = enteredAt;
  }

  /** The context object is made only for those who read it. */
  sources(data: Json, extra: { readonly token?: string; readonly item?: Place['item'] } = {}): Sources {
    const make = () => this.#context(extra.token, extra.item ?? this.place.item);
    let made: JsonObject | undefined;
    return {
      data,
      get context() {
        made ??= make();
        return made;
      },
    };
  }

  #context(token: string | undefined, item: Place['item']): JsonObject {
    const { execution } = this.place;
    return {
      Execution: {
        Id: execution.arn,
        Input: execution.data,
        Name: execution.name,
        RoleArn: execution.machine.role,
        StartTime: timestamp(execution.startedAt),
        RedriveCount: 0,
      },
      StateMachine: { Id: execution.machine.arn, Name: execution.machine.name },
      State: { Name: this.state, EnteredTime: timestamp(this.enteredAt), RetryCount: this.retries },
      ...(item === undefined ? {} : { Map: { Item: { Index: item.index, Value: item.value } } }),
      ...(token === undefined ? {} : { Task: { Token: token } }),
    };
  }
}
