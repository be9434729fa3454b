import { MilvusWorld } from '../support/milvus-world.ts';
import { driverSuite } from './driver-suite.ts';

driverSuite('milvus', () => new MilvusWorld());
