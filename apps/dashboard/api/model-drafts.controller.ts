import { Body, Controller, Delete, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { DraftDesk } from '../models/draft-desk.js';
import { AcceptsFile, Answers } from './answers.js';
import { done, idParam, type Done } from './schemas/common.js';
import * as schema from './schemas/models.js';

/** Models of people's own: upload, trial, adding. */
@ApiTags('models')
@Controller('api/model-drafts')
export class ModelDraftsController {
  constructor(@Inject(DraftDesk) private readonly desk: DraftDesk) {}

  @Post()
  @AcceptsFile()
  @Answers(schema.draftView, 201)
  uploadDraft(
    @Query({ schema: schema.draftQuery }) query: schema.DraftQuery,
    @Req() request: Request,
  ): Promise<schema.DraftView> {
    return this.desk.receive(query.name, request);
  }

  @Post(':id/trial')
  @Answers(schema.modelTrial)
  tryDraft(
    @Param('id', { schema: idParam }) id: string,
    @Body({ schema: schema.ownModelInput }) input: schema.OwnModelInput,
  ): Promise<schema.ModelTrial> {
    return this.desk.try(id, input);
  }

  @Post(':id/model')
  @Answers(schema.modelView, 201)
  addDraft(
    @Param('id', { schema: idParam }) id: string,
    @Body({ schema: schema.ownModelInput }) input: schema.OwnModelInput,
  ): Promise<schema.ModelView> {
    return this.desk.add(id, input);
  }

  @Delete(':id')
  @Answers(done)
  async deleteDraft(@Param('id', { schema: idParam }) id: string): Promise<Done> {
    await this.desk.remove(id);
    return { done: true };
  }
}
