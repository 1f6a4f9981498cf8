import { Body, Controller, Delete, Get, Inject, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { UserDesk } from '../users/user-desk.js';
import { Answers } from './answers.js';
import { AdminsOnly } from './roles.js';
import { done, idParam, type Done } from './schemas/common.js';
import * as schema from './schemas/sessions.js';

@ApiTags('users')
@Controller('api/users')
export class UsersController {
  constructor(@Inject(UserDesk) private readonly desk: UserDesk) {}

  @Get()
  @AdminsOnly()
  @Answers(schema.usersAnswer)
  async listUsers(): Promise<schema.UsersAnswer> {
    return { users: [...(await this.desk.list())] };
  }

  @Post()
  @Answers(schema.userLogin, 201)
  createUser(@Body({ schema: schema.userInput }) input: schema.UserInput): Promise<schema.UserLogin> {
    return this.desk.create(input);
  }

  @Post(':id/password')
  @Answers(schema.userLogin)
  resetPassword(@Param('id', { schema: idParam }) id: string): Promise<schema.UserLogin> {
    return this.desk.resetPassword(id);
  }

  @Delete(':id')
  @Answers(done)
  async deleteUser(@Param('id', { schema: idParam }) id: string): Promise<Done> {
    await this.desk.remove(id);
    return { done: true };
  }
}
