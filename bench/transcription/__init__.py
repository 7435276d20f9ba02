"""What measures the transcription: characters wrong, speed, memory."""
