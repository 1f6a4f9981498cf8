import { Body, Controller, Delete, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Answers } from './answers.js';
import { ViewersMay } from './roles.js';
import { clearCookie, sessionToken, setCookie } from './session-cookie.js';
import { SessionDesk } from '../sessions/session-desk.js';
import { requestUser } from './authenticate.js';
import { done, type Done } from './schemas/common.js';
import { loginInput, sessionAnswer, type LoginInput, type SessionAnswer } from './schemas/sessions.js';

@ApiTags('session')
@Controller('api/session')
export class SessionsController {
  constructor(@Inject(SessionDesk) private readonly desk: SessionDesk) {}

  @Post()
  @ViewersMay()
  @Answers(sessionAnswer)
  async logIn(
    @Body({ schema: loginInput }) input: LoginInput,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SessionAnswer> {
    const { user, token, maxAgeMs } = await this.desk.logIn(input, request.ip ?? '');
    setCookie(response, { token, maxAgeMs, secure: request.secure });
    return { user };
  }

  @Get()
  @Answers(sessionAnswer)
  readSession(@Req() request: Request): SessionAnswer {
    return { user: requestUser(request) };
  }

  @Delete()
  @ViewersMay()
  @Answers(done)
  async logOut(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<Done> {
    await this.desk.logOut(sessionToken(request.headers.cookie));
    clearCookie(response);
    return { done: true };
  }
}
