import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ConcurrentUpdate, FencedOff } from '../../core/errors/registry.ts';
import { type Epoch, FIRST_EPOCH, raisedFrom } from '../../core/groups/group.ts';
import type { MoveMember } from '../../core/groups/move.ts';
import type { Groups } from '../../core/ports/groups.ts';
import { whole } from './dynamo-catalog-items.ts';
import { epochKey, groupRun, memberKey, membersOf, moveKey } from './dynamo-catalog-keys.ts';
import { CatalogTable } from './dynamo-catalog-table.ts';
import { epochs, members, moves } from './dynamo-group-items.ts';

/** Sides and moves, in the catalog's replica of one region. */
export function dynamoGroups(client: DynamoDBClient, name: string): Groups {
  const table = new CatalogTable(client, name);
  const epoch = async (group: string): Promise<Epoch | undefined> => {
    const item = await table.get(epochKey(group));
    return item && epochs.decode(item);
  };
  return {
    epoch,
    raise: async (next) => {
      const { group, number } = next;
      const before = await epoch(group);
      if (before?.number === number && before.move === next.move) return before;
      if ((before?.number ?? FIRST_EPOCH) !== number - 1) throw alreadyLeft(next, before);
      const raised = raisedFrom(before, next);
      const item = whole(epochKey(group), epochs.encode(raised));
      const refused = before
        ? await table.replaceUnlessMoved(item, { number: before.number })
        : await table.create(item);
      if (!refused) return raised;
      const found = await epoch(group);
      if (found?.number === number && found.move === next.move) return found;
      throw alreadyLeft(next, found);
    },
    // The members first: a move that is there has all of them, and one whose opening was cut short is opened again.
    openMove: async (move, all) => {
      const key = moveKey(move.group, move.id);
      const there = await table.get(key);
      if (there) return moves.decode(there);
      for (const member of all) await table.create(memberItem(member));
      const refused = await table.create(whole(key, moves.encode(move)));
      return refused?.found ? moves.decode(refused.found) : move;
    },
    move: async (group, id) => {
      const item = await table.get(moveKey(group, id));
      return item && moves.decode(item);
    },
    moves: async (group) => {
      const found = [];
      for await (const item of table.query(groupRun(group, 'move#'), 'ascending'))
        found.push(moves.decode(item));
      // An id begins with what it is, so that keys are not in the order of time.
      return found.sort((a, b) => b.askedAt - a.askedAt || (a.id < b.id ? -1 : 1));
    },
    recordMove: async (move, before) => {
      const key = moveKey(move.group, move.id);
      const refused = await table.replace(whole(key, moves.encode(move)), [before.state]);
      if (!refused) return;
      throw new ConcurrentUpdate(
        `the move ${move.id} is ${String(refused.found?.['state'] ?? 'not in the catalog')} and not ${before.state} any more; read it again`,
        { group: move.group, move: move.id },
      );
    },
    members: async (group, move) => {
      const found = [];
      for await (const item of table.query(groupRun(group, membersOf(move)), 'ascending'))
        found.push(members.decode(item));
      return found.sort((a, b) => a.layer - b.layer || (a.cluster < b.cluster ? -1 : 1));
    },
    member: async (group, move, cluster) => {
      const item = await table.get(memberKey(group, move, cluster));
      return item && members.decode(item);
    },
    recordMember: (member) => table.put(memberItem(member)),
  };
}

const memberItem = (member: MoveMember) =>
  whole(memberKey(member.group, member.move, member.cluster), members.encode(member));

export const alreadyLeft = (next: Epoch, found: Epoch | undefined): FencedOff =>
  new FencedOff(
    `group ${next.group} is in epoch ${found?.number ?? FIRST_EPOCH}${found?.move ? `, by ${found.move}` : ''}, ` +
      `and cannot be raised to ${next.number} by ${next.move ?? 'nobody'}; look at what that one did`,
    { group: next.group, epoch: found?.number ?? FIRST_EPOCH },
  );
