import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { z, ZodType } from 'zod';
import { liveUpdate, updatesRequest } from './schemas/events.js';

interface JsonSchema {
  readonly $ref?: string;
  readonly $defs?: Record<string, unknown>;
  readonly [key: string]: unknown;
}

/** Named schemas (`meta({ id })`) become components, all others stay where they are used. */
function convert(
  schema: unknown,
  io: 'input' | 'output',
): { schema: unknown; components: Record<string, unknown> } | undefined {
  if (!(schema instanceof ZodType)) return undefined;
  const json: JsonSchema = z.toJSONSchema(schema, { target: 'draft-2020-12', io });
  const own = Object.entries(json).filter(([name]) => name !== '$defs' && name !== '$schema');
  return { schema: Object.fromEntries(own), components: json.$defs ?? {} };
}

/** The API as OpenAPI 3.1, read from the controllers. Needs no running database, and no instance of a controller. */
export function describeApi(app: INestApplication): OpenAPIObject {
  const about = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Posewatch')
    .setDescription(
      'Cameras, videos, tracked poses and alerts. Times are milliseconds since 1970, places are source pixels.',
    )
    .setVersion('1')
    .addCookieAuth('posewatch_session')
    .build();
  const document = SwaggerModule.createDocument(app, about, {
    operationIdFactory: (_, method) => method,
    standardSchemaConverter: (schema, { schemaType }) => convert(schema, schemaType),
  });
  const messages = Object.assign(
    {},
    ...[liveUpdate, updatesRequest].map((schema) => convert(schema, 'output')?.components),
  ) as object;
  const schemas = rewritten({ ...messages }) as NonNullable<OpenAPIObject['components']>['schemas'];
  document.components = { ...document.components, schemas: { ...schemas, ...document.components?.schemas } };
  return document;
}

/** The same value with references to components in the place of references to definitions. */
function rewritten(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll('#/$defs/', '#/components/schemas/'));
}
