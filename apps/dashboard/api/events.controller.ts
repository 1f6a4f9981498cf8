import { Controller, Delete, Get, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { EventDesk } from '../events/event-desk.js';
import { sendStoredFile } from '../playback/stored-file.js';
import { Answers, AnswersFile } from './answers.js';
import { requestUser } from './authenticate.js';
import { ViewersMay } from './roles.js';
import { idParam } from './schemas/common.js';
import * as schema from './schemas/events.js';

@ApiTags('events')
@Controller('api/events')
export class EventsController {
  constructor(@Inject(EventDesk) private readonly desk: EventDesk) {}

  @Get()
  @Answers(schema.eventsAnswer)
  listEvents(@Query({ schema: schema.eventsQuery }) query: schema.EventsQuery): Promise<schema.EventsAnswer> {
    return this.desk.list(query);
  }

  @Get(':id')
  @Answers(schema.eventView)
  readEvent(@Param('id', { schema: idParam }) id: string): Promise<schema.EventView> {
    return this.desk.read(id);
  }

  @Post(':id/acknowledgement')
  @ViewersMay()
  @Answers(schema.eventView)
  acknowledgeEvent(@Param('id', { schema: idParam }) id: string, @Req() request: Request): Promise<schema.EventView> {
    return this.desk.acknowledge(id, requestUser(request).name);
  }

  @Delete(':id/acknowledgement')
  @ViewersMay()
  @Answers(schema.eventView)
  reopenEvent(@Param('id', { schema: idParam }) id: string): Promise<schema.EventView> {
    return this.desk.reopen(id);
  }

  @Get(':id/snapshot.jpg')
  @AnswersFile('image/jpeg', 'The frame that started the event.')
  async readSnapshot(@Param('id', { schema: idParam }) id: string, @Res() response: Response): Promise<void> {
    await sendStoredFile(response, await this.desk.snapshot(id));
  }
}
