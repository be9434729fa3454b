import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Approval } from '../../core/approvals/approval.ts';
import { ConcurrentUpdate } from '../../core/errors/registry.ts';
import type { Approvals } from '../../core/ports/approvals.ts';
import { approvals as codec } from './dynamo-approval-items.ts';
import { whole } from './dynamo-catalog-items.ts';
import { APPROVALS, approvalKey } from './dynamo-catalog-keys.ts';
import { CatalogTable } from './dynamo-catalog-table.ts';

/** Questions, in the catalog's replica of the region that asks. They stay: who asked and who answered is for the auditor. */
export function dynamoApprovals(client: DynamoDBClient, name: string): Approvals {
  const table = new CatalogTable(client, name);
  const put = async (approval: Approval, before: Approval): Promise<void> => {
    const refused = await table.replaceUnlessMoved(whole(approvalKey(approval.id), codec.encode(approval)), {
      state: 'waiting',
      token: before.token,
    });
    if (refused)
      throw new ConcurrentUpdate(
        `the question ${approval.id} was answered, or is asked under another token by now; read it again`,
        { approval: approval.id },
      );
  };
  return {
    ask: async (approval) => {
      const refused = await table.create(whole(approvalKey(approval.id), codec.encode(approval)));
      if (!refused?.found) return approval;
      const found = codec.decode(refused.found);
      if (found.state !== 'waiting' || found.token === approval.token) return found;
      const again = { ...found, token: approval.token, until: approval.until };
      await put(again, found);
      return again;
    },
    approval: async (id) => {
      const item = await table.get(approvalKey(id));
      return item && codec.decode(item);
    },
    waiting: async () => {
      const found: Approval[] = [];
      for await (const item of table.query(APPROVALS, 'ascending')) {
        const approval = codec.decode(item);
        if (approval.state === 'waiting') found.push(approval);
      }
      return found.sort((a, b) => a.askedAt - b.askedAt);
    },
    answer: (approval) => put(approval, approval),
  };
}
