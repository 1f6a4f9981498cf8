import { applyDecorators, HttpCode } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiDefaultResponse, ApiOkResponse, ApiProduces, ApiResponse } from '@nestjs/swagger';
import type { ZodType } from 'zod';
import { errorAnswer } from './schemas/common.js';

const failure = ApiDefaultResponse({ description: 'What went wrong.', standardSchema: errorAnswer });

/** Documents a JSON answer and sets its status. Bodies and queries document themselves through `@Body({ schema })`. */
export function Answers(schema: ZodType, status = 200): MethodDecorator {
  return applyDecorators(
    HttpCode(status),
    ApiResponse({ status, description: 'Done.', standardSchema: schema }),
    failure,
  );
}

/** Documents an answer that is a file. Clients other than a browser's own players rarely call it. */
export function AnswersFile(mediaType: string, description: string): MethodDecorator {
  return applyDecorators(
    ApiProduces(mediaType),
    ApiOkResponse({ description, schema: { type: 'string', format: 'binary' } }),
    failure,
  );
}

/** Documents a body that is a file, sent as it is. */
export function AcceptsFile(): MethodDecorator {
  return applyDecorators(
    ApiConsumes('application/octet-stream'),
    ApiBody({ schema: { type: 'string', format: 'binary' } }),
  );
}
