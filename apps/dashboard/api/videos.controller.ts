import { Controller, Delete, Get, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { sendStoredFile } from '../playback/stored-file.js';
import { VideoDesk } from '../videos/video-desk.js';
import { AcceptsFile, Answers, AnswersFile } from './answers.js';
import { done, idParam, type Done } from './schemas/common.js';
import * as schema from './schemas/videos.js';

@ApiTags('videos')
@Controller('api/videos')
export class VideosController {
  constructor(@Inject(VideoDesk) private readonly desk: VideoDesk) {}

  @Get()
  @Answers(schema.videosAnswer)
  async listVideos(): Promise<schema.VideosAnswer> {
    return { videos: await this.desk.list() };
  }

  @Post()
  @AcceptsFile()
  @Answers(schema.videoView, 201)
  uploadVideo(
    @Query({ schema: schema.uploadQuery }) query: schema.UploadQuery,
    @Req() request: Request,
  ): Promise<schema.VideoView> {
    return this.desk.upload(query, request);
  }

  @Get(':id')
  @Answers(schema.videoView)
  readVideo(@Param('id', { schema: idParam }) id: string): Promise<schema.VideoView> {
    return this.desk.read(id);
  }

  @Delete(':id')
  @Answers(done)
  async deleteVideo(@Param('id', { schema: idParam }) id: string): Promise<Done> {
    await this.desk.remove(id);
    return { done: true };
  }

  @Post(':id/restore')
  @Answers(schema.videoView)
  restoreVideo(@Param('id', { schema: idParam }) id: string): Promise<schema.VideoView> {
    return this.desk.restore(id);
  }

  @Post(':id/cancel')
  @Answers(schema.videoView)
  cancelVideo(@Param('id', { schema: idParam }) id: string): Promise<schema.VideoView> {
    return this.desk.cancel(id);
  }

  @Get(':id/media')
  @AnswersFile('video/mp4', 'The uploaded file; answers range requests.')
  async readMedia(@Param('id', { schema: idParam }) id: string, @Res() response: Response): Promise<void> {
    await sendStoredFile(response, await this.desk.media(id));
  }

  @Get(':id/tracks.json')
  @AnswersFile('application/json', 'Every track with its poses, as a download.')
  async downloadTracks(@Param('id', { schema: idParam }) id: string, @Res() response: Response): Promise<void> {
    await this.desk.download(id, response);
  }
}
