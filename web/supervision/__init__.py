"""The supervisor's page: seats to listen to and to speak to, and the line to open and to close."""
