import { Controller, Get, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { ImportDesk } from '../videos/import-desk.js';
import { AcceptsFile, Answers } from './answers.js';
import { idParam } from './schemas/common.js';
import * as schema from './schemas/imports.js';

/** Files of tracks that become videos. */
@ApiTags('videos')
@Controller('api/imports')
export class ImportsController {
  constructor(@Inject(ImportDesk) private readonly desk: ImportDesk) {}

  /** Answers when all of the file is stored, or nothing. */
  @Post()
  @AcceptsFile()
  @Answers(schema.importAnswer, 201)
  importTracks(
    @Query({ schema: schema.importQuery }) query: schema.ImportQuery,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<schema.ImportAnswer> {
    return this.desk.import(query, request, response);
  }

  @Get(':ticket')
  @Answers(schema.importProgress)
  readImport(@Param('ticket', { schema: idParam }) ticket: string): schema.ImportProgress {
    return this.desk.progress(ticket);
  }
}
