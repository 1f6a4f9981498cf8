import { Controller, Delete, Get, Inject, Param, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { DraftDesk } from '../models/draft-desk.js';
import { ModelDesk } from '../models/model-desk.js';
import { AcceptsFile, Answers } from './answers.js';
import { done, idParam, type Done } from './schemas/common.js';
import * as schema from './schemas/models.js';

@ApiTags('models')
@Controller('api/models')
export class ModelsController {
  constructor(
    @Inject(ModelDesk) private readonly desk: ModelDesk,
    @Inject(DraftDesk) private readonly drafts: DraftDesk,
  ) {}

  @Get()
  @Answers(schema.modelsAnswer)
  listModels(): Promise<schema.ModelsAnswer> {
    return this.desk.list();
  }

  @Get('decoders')
  @Answers(schema.decodersAnswer)
  listDecoders(): schema.DecodersAnswer {
    return { decoders: this.drafts.decoders() };
  }

  @Post(':id/pull')
  @Answers(schema.modelView)
  pullModel(@Param('id', { schema: idParam }) id: string): Promise<schema.ModelView> {
    return this.desk.pull(id);
  }

  @Delete(':id/pull')
  @Answers(schema.modelView)
  cancelPull(@Param('id', { schema: idParam }) id: string): Promise<schema.ModelView> {
    return this.desk.cancelPull(id);
  }

  @Post(':id/file')
  @AcceptsFile()
  @Answers(schema.modelView)
  giveModelFile(@Param('id', { schema: idParam }) id: string, @Req() request: Request): Promise<schema.ModelView> {
    return this.drafts.give(id, request);
  }

  @Delete(':id')
  @Answers(done)
  async deleteModel(@Param('id', { schema: idParam }) id: string): Promise<Done> {
    await this.desk.remove(id);
    return { done: true };
  }

  @Post(':id/restore')
  @Answers(schema.modelView)
  restoreModel(@Param('id', { schema: idParam }) id: string): Promise<schema.ModelView> {
    return this.desk.restore(id);
  }
}
