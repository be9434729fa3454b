import { type Instant, later, seconds } from '../../core/time/instant.ts';
import type { Draws } from './draws.ts';

/** One connection in so many begins a spell in which none comes about. */
const SPELL = 0.1;
const SPELL_SECONDS: readonly [number, number] = [10, 30 * 60];
const SAID_MAX = 60;

/** What goes wrong between a function and a server in a cluster's network. */
export class Connections {
  readonly #draws: Draws;
  /** Of a server, until when nobody gets there. */
  readonly #spells = new Map<string, Instant>();

  constructor(draws: Draws) {
    this.#draws = draws;
    draws.atHeal(() => this.#spells.clear());
  }

  unreachable(at: string): 'refused' | 'times-out' | undefined {
    const { cloud } = this.#draws;
    if (!cloud) return undefined;
    const now = cloud.world.now();
    const goesOn = (this.#spells.get(at) ?? 0) > now;
    if (!goesOn && !this.#draws.strikes('network-unreachable')) return undefined;
    const chance = this.#draws.stream('network-unreachable');
    if (!goesOn && chance.chance(SPELL))
      this.#spells.set(at, later(now, seconds(chance.between(...SPELL_SECONDS))));
    const fate = chance.pick(['refused', 'times-out'] as const);
    this.#draws.record('network-unreachable', `${at}: ${fate}`);
    return fate;
  }

  cutOff(at: string, said: string): 'before' | 'after' | 'hangs' | undefined {
    if (!this.#draws.strikes('network-cut')) return undefined;
    const fate = this.#draws.stream('network-cut').pick(['before', 'after', 'hangs'] as const);
    this.#draws.record('network-cut', `${at}: ${fate} ${said.slice(0, SAID_MAX)}`);
    return fate;
  }
}
