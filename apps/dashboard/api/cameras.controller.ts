import { Body, Controller, Delete, Get, Inject, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { CameraDesk } from '../cameras/camera-desk.js';
import { Playback } from '../playback/playback.js';
import { sendStoredFile } from '../playback/stored-file.js';
import { Answers, AnswersFile } from './answers.js';
import * as schema from './schemas/cameras.js';
import { done, idParam, type Done } from './schemas/common.js';

@ApiTags('cameras')
@Controller('api/cameras')
export class CamerasController {
  constructor(
    @Inject(CameraDesk) private readonly desk: CameraDesk,
    @Inject(Playback) private readonly playback: Playback,
  ) {}

  @Get()
  @Answers(schema.camerasAnswer)
  async listCameras(): Promise<schema.CamerasAnswer> {
    return { cameras: await this.desk.list() };
  }

  @Post()
  @Answers(schema.cameraView, 201)
  createCamera(@Body({ schema: schema.cameraInput }) input: schema.CameraInput): Promise<schema.CameraView> {
    return this.desk.create(input);
  }

  @Post('test')
  @Answers(schema.cameraTestAnswer)
  testCamera(
    @Body({ schema: schema.cameraTestInput }) input: schema.CameraTestInput,
  ): Promise<schema.CameraTestAnswer> {
    return this.desk.test(input.url);
  }

  @Get(':id')
  @Answers(schema.cameraView)
  readCamera(@Param('id', { schema: idParam }) id: string): Promise<schema.CameraView> {
    return this.desk.read(id);
  }

  @Patch(':id')
  @Answers(schema.cameraView)
  changeCamera(
    @Param('id', { schema: idParam }) id: string,
    @Body({ schema: schema.cameraChange }) change: schema.CameraChange,
  ): Promise<schema.CameraView> {
    return this.desk.change(id, change);
  }

  @Delete(':id')
  @Answers(done)
  async deleteCamera(@Param('id', { schema: idParam }) id: string): Promise<Done> {
    await this.desk.remove(id);
    return { done: true };
  }

  @Post(':id/restore')
  @Answers(schema.cameraView)
  restoreCamera(@Param('id', { schema: idParam }) id: string): Promise<schema.CameraView> {
    return this.desk.restore(id);
  }

  @Get(':id/minutes')
  @Answers(schema.cameraMinutes)
  readMinutes(@Param('id', { schema: idParam }) id: string): Promise<schema.CameraMinutes> {
    return this.desk.minutes(id);
  }

  @Get(':id/poses')
  @Answers(schema.playbackAnswer)
  readPoses(
    @Param('id', { schema: idParam }) id: string,
    @Query({ schema: schema.posesQuery }) query: schema.PosesQuery,
  ): Promise<schema.PlaybackAnswer> {
    return this.playback.poses(id, query);
  }

  @Get(':id/recording')
  @AnswersFile('video/mp4', 'Fragmented MP4 that holds the moment; `x-start-pts-us` and `x-end-pts-us` say which part.')
  async readRecording(
    @Param('id', { schema: idParam }) id: string,
    @Query({ schema: schema.recordingQuery }) query: schema.RecordingQuery,
    @Res() response: Response,
  ): Promise<void> {
    const { dataDir, file, startPtsUs, endPtsUs } = await this.playback.recording(id, query);
    response.setHeader('x-start-pts-us', String(startPtsUs));
    response.setHeader('x-end-pts-us', String(endPtsUs));
    await sendStoredFile(response, { dataDir, file, mediaType: 'video/mp4' });
  }
}
