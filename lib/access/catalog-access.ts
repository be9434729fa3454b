import type { IRole } from 'aws-cdk-lib/aws-iam';
import { CATALOG_DUE_INDEX, tableArn } from '../names.ts';
import { allow } from './statement.ts';

/** What may be done in this region's replica of the catalog. Nothing may scan it. */
export class CatalogAccess {
  readonly #table: string;
  readonly #fenced: boolean;
  readonly #others: readonly string[];

  /**
   * @param fenced whether clusters have sides: what is written about one goes with a check of its group's epoch
   * @param others regions that a group may be active in, beside this one
   */
  constructor(account: string, region: string, fenced: boolean, others: readonly string[]) {
    this.#table = tableArn(account, region);
    this.#fenced = fenced;
    this.#others = others.map((name) => tableArn(account, name));
  }

  /** Reads single records, by their name. */
  grantRead(role: IRole): void {
    allow(role, { actions: ['dynamodb:GetItem'], resources: [this.#table] });
  }

  /** Finds the records of a cluster, in the order of their time. */
  grantFind(role: IRole): void {
    allow(role, { actions: ['dynamodb:Query'], resources: [this.#table] });
  }

  /** Moves records along their life, if they are where they are thought to be. */
  grantAdvance(role: IRole): void {
    this.grantRead(role);
    const check = this.#fenced ? ['dynamodb:ConditionCheckItem'] : [];
    allow(role, { actions: ['dynamodb:UpdateItem', ...check], resources: [this.#table] });
  }

  /** Creates a record unless it, or what it became after its end, is there. */
  grantOpen(role: IRole): void {
    this.grantRead(role);
    allow(role, { actions: ['dynamodb:PutItem', 'dynamodb:ConditionCheckItem'], resources: [this.#table] });
  }

  /** Opens and closes the record of a restore, which nothing else depends on, and claims its target. */
  grantRecordRestore(role: IRole): void {
    this.grantRead(role);
    allow(role, { actions: ['dynamodb:PutItem'], resources: [this.#table] });
  }

  /** Writes down what is asked of a person, and the answer. */
  grantRecordApproval(role: IRole): void {
    this.grantRead(role);
    allow(role, { actions: ['dynamodb:PutItem'], resources: [this.#table] });
  }

  /** Writes down what a standby is, which its region alone does. */
  grantRecordStandby(role: IRole): void {
    this.grantRead(role);
    allow(role, { actions: ['dynamodb:PutItem'], resources: [this.#table] });
  }

  /** Reads sides, moves and their members. */
  grantReadGroups(role: IRole): void {
    this.grantRead(role);
    this.grantFind(role);
  }

  /** Moves on a move, or one member of it, by its name, and raises the epoch of a group. */
  grantRecordMove(role: IRole): void {
    this.grantRead(role);
    allow(role, { actions: ['dynamodb:PutItem'], resources: [this.#table] });
  }

  /** Reads which side of a group is the true one, here and in the regions that it may be. */
  grantAskSides(role: IRole): void {
    if (this.#others.length === 0) return;
    allow(role, { actions: ['dynamodb:GetItem'], resources: [this.#table, ...this.#others] });
  }

  /** Reads what was decided and allowed in the regions that groups go to, where it is written. */
  grantAskMoves(role: IRole): void {
    if (this.#others.length === 0) return;
    allow(role, { actions: ['dynamodb:GetItem', 'dynamodb:Query'], resources: [...this.#others] });
  }

  /** Opens and moves on moves and their members, and raises the epoch of a group. */
  grantMoveGroups(role: IRole): void {
    this.grantReadGroups(role);
    allow(role, { actions: ['dynamodb:PutItem'], resources: [this.#table] });
  }

  grantFindDue(role: IRole): void {
    allow(role, { actions: ['dynamodb:Query'], resources: [`${this.#table}/index/${CATALOG_DUE_INDEX}`] });
  }

  /** A discarded point's record moves to where nothing restores from. */
  grantRetire(role: IRole): void {
    this.grantAdvance(role);
    allow(role, { actions: ['dynamodb:PutItem', 'dynamodb:DeleteItem'], resources: [this.#table] });
  }
}
