import 'reflect-metadata';
import { writeFile } from 'node:fs/promises';
import { NestFactory } from '@nestjs/core';
import { describeApi } from './api/openapi.js';
import { DashboardModule } from './dashboard.module.js';

/** Writes `apps/dashboard/openapi.json`, from which the page's client is generated. Needs no database: nothing is started. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- options are declared as a class.
const app = await NestFactory.create(DashboardModule.over(null), { preview: true, logger: ['error'] });
const document = describeApi(app);
await writeFile('apps/dashboard/openapi.json', `${JSON.stringify(document, null, 2)}\n`);
process.stdout.write(`apps/dashboard/openapi.json: ${Object.keys(document.paths).length} paths\n`);
