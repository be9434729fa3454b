import { moves as codec, members as memberCodec } from '../../../adapters/aws/dynamo-group-items.ts';
import type { Stage } from '../../../cli/stage.ts';
import type { Group } from '../../../core/groups/group.ts';
import type { Move, MoveMember } from '../../../core/groups/move.ts';
import { itemsIn } from './items.ts';

type Moved = Pick<Group, 'name' | 'to'>;

/** Every move of a group as the region has it that carries moves out. */
export const movesIn = (stage: Stage, { name, to }: Moved): readonly Move[] =>
  itemsIn(stage, to)
    .filter(({ pk, sk }) => pk === `group#${name}` && String(sk).startsWith('move#'))
    .map((item) => codec.decode(item))
    .sort((a, b) => a.askedAt - b.askedAt);

/** What a move brings, as that region has it. */
export const membersIn = (stage: Stage, { name, to }: Moved, move: string): readonly MoveMember[] =>
  itemsIn(stage, to)
    .filter(({ pk, sk }) => pk === `group#${name}` && String(sk).startsWith(`member#${move}#`))
    .map((item) => memberCodec.decode(item));
